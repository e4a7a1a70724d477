// A script that runs long, on the built server and on the reference: what others are answered, and
// what ends it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RawClient } from '../support/raw-client.ts';
import { type RunningServer, startRedstart, startReference } from '../support/server.ts';

const CONFIG = ['--busy-reply-threshold', '10'];
/** Both are started at the first test and stopped behind the last. */
const both = Promise.all([startReference(CONFIG), startRedstart(CONFIG)]);

after(async () => {
  for (const server of await both) await server.stop();
});

/** What others are answered to each line while the script runs, and then the script's client. */
async function converse(server: RunningServer, script: string, lines: readonly string[]) {
  const running = await RawClient.connect(server.port);
  const other = await RawClient.connect(server.port);
  try {
    await running.command('PING');
    await other.command('PING');
    running.write(['EVAL', script, '1', 'k'].reduce(bulk, '*4\r\n') + 'PING\r\n');
    while (!(await other.command('PING')).includes('BUSY'));
    const replies: string[] = [];
    for (const line of lines) {
      other.write(`${line}\r\n`);
      replies.push((await other.reply()).toString('latin1'));
    }
    replies.push((await running.repliesOf(2)).toString('latin1'));
    return replies;
  } finally {
    running.close();
    other.close();
  }
}

function bulk(text: string, word: string): string {
  return `${text}$${word.length}\r\n${word}\r\n`;
}

/** Scripts, and lines that end them or do not. */
const CONVERSATIONS: readonly (readonly [script: string, ...lines: string[]])[] = [
  [
    'while true do end',
    ...['PING', 'GET', 'NOPE', 'SCRIPT EXISTS a', 'EVAL "return 1" 0', 'MULTI', 'GET k', 'EXEC'],
    ...['WATCH k', 'UNWATCH', 'CLIENT ID', 'SHUTDOWN', 'SHUTDOWN ABORT', 'RESET', 'SCRIPT KILL'],
  ],
  ['while true do pcall(function() while true do end end) end', 'SCRIPT KILL'],
  ['\n\nlocal t = {}\nwhile true do t[1] = redis.call("GET", KEYS[1]) end', 'PING', 'SCRIPT KILL'],
];

for (const [script, ...lines] of CONVERSATIONS) {
  test(`while it runs: ${script}`, { timeout: 60_000 }, async () => {
    const [reference, redstart] = await both;
    const expected = await converse(reference, script, lines);
    assert.deepEqual(await converse(redstart, script, lines), expected);
  });
}

test('SHUTDOWN NOSAVE ends a server whose script has written', { timeout: 60_000 }, async () => {
  const server = await startRedstart(CONFIG);
  const running = await RawClient.connect(server.port);
  const other = await RawClient.connect(server.port);
  await running.command('PING');
  running.write(
    ['EVAL', 'redis.call("SET", "k", 1) while true do end', '0'].reduce(bulk, '*3\r\n'),
  );
  while (!(await other.command('PING')).includes('BUSY'));
  assert.match(String(await other.command('SCRIPT', 'KILL')), /^-UNKILLABLE/);
  other.write('SHUTDOWN NOSAVE\r\n');
  assert.equal(String(await other.untilClosed()), '');
  await running.untilClosed();
  await server.stop();
});
