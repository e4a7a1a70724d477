// Keyspace notifications: what is published, as notify-keyspace-events asks for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as classes from '../../src/domain/keyspace/event-classes.ts';
import { Notifications } from '../../src/engine/notifications.ts';
import { Settings } from '../../src/engine/settings/settings.ts';

/** What a server with this setting publishes of an event of a class: `<channel> <message>`. */
function publishedOf(setting: string, eventClass: number, key: string): string[] {
  const settings = new Settings();
  assert.equal(settings.load('notify-keyspace-events', [setting]), null);
  const published: string[] = [];
  const notifications = new Notifications({
    publish(channel, channelStart, channelEnd, message, messageStart, messageEnd) {
      const name = Buffer.from(channel).toString('latin1', channelStart, channelEnd);
      const text = Buffer.from(message).toString('latin1', messageStart, messageEnd);
      return published.push(`${name} ${text}`);
    },
  });
  notifications.setClasses(settings.eventClasses());
  const bytes = Buffer.from(`<${key}>`, 'latin1');
  notifications.notify({ class: eventClass, name: 'happened' }, 12, bytes, 1, bytes.length - 1);
  return published;
}

function check(setting: string, eventClass: number, ...expected: string[]): void {
  assert.deepEqual(publishedOf(setting, eventClass, 'k\0\xff'), expected, setting);
}

const BY_KEY = '__keyspace@12__:k\0\xff happened';
const BY_EVENT = '__keyevent@12__:happened k\0\xff';

test('notifications: nothing without K or E, or without the class', () => {
  check('', classes.CLASS_STRING);
  check('A', classes.CLASS_STRING);
  check('KE', classes.CLASS_STRING);
  check('KEg', classes.CLASS_STRING);
  check('KE$', classes.CLASS_GENERIC);
});

test('notifications: by key first, then by event', () => {
  check('K$', classes.CLASS_STRING, BY_KEY);
  check('E$', classes.CLASS_STRING, BY_EVENT);
  check('$KE', classes.CLASS_STRING, BY_KEY, BY_EVENT);
});

test('notifications: each letter is its class', () => {
  const letters: [string, number][] = [
    ['g', classes.CLASS_GENERIC],
    ['$', classes.CLASS_STRING],
    ['l', classes.CLASS_LIST],
    ['s', classes.CLASS_SET],
    ['h', classes.CLASS_HASH],
    ['z', classes.CLASS_SORTED_SET],
    ['x', classes.CLASS_EXPIRED],
    ['e', classes.CLASS_EVICTED],
    ['t', classes.CLASS_STREAM],
    ['d', classes.CLASS_MODULE],
    ['n', classes.CLASS_NEW],
    ['m', classes.CLASS_KEY_MISS],
  ];
  for (const [letter, eventClass] of letters) {
    for (const [other] of letters) {
      check(`K${other}`, eventClass, ...(other === letter ? [BY_KEY] : []));
    }
    // Misses and new keys are not part of all.
    check('KA', eventClass, ...('nm'.includes(letter) ? [] : [BY_KEY]));
  }
});
