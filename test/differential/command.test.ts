// COMMAND: what the declarations give must be what the reference server says of the same commands,
// to the byte. Subcommands are compared one by one, since Redis lists them in the order of a hash
// table.
import assert from 'node:assert/strict';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { Command } from '../../src/engine/command.ts';
import { comparison, differential, type Pair } from '../support/differential.ts';
import { parseReply, type ReplyTree, showBytes } from '../support/resp.ts';
import { isReference72 } from '../support/server.ts';

/** Commands that were declared in another way before 7.2. Tips and words changed in many places. */
const CHANGED_IN_72 = new Set([
  'bzpopmax',
  'bzpopmin',
  'blmove',
  'blmpop',
  'blpop',
  'brpop',
  'brpoplpush',
  'client|pause',
  'command|getkeys',
  'command|getkeysandflags',
  'geodist',
  'geohash',
  'geopos',
  'hscan',
  'psubscribe',
  'punsubscribe',
  'sscan',
  'sunsubscribe',
  'unsubscribe',
  'xread',
  'zrandmember',
  'zrank',
  'zrevrank',
  'zscan',
]);
/** What no reference has: commands of Redis 7.4 and later. */
const LATER = new Set(
  ALL_COMMANDS.filter(({ name, documentations }) =>
    /^(?:7\.4|8)\./.test(documentations()[name].since),
  ).map(({ name }) => name.toLowerCase()),
);
const TIPS = 7;

const COMMANDS = ALL_COMMANDS.map((declaration) => new Command(declaration));
/** `get`, `config`, `config|set`. */
const NAMES = COMMANDS.flatMap((command) => [
  command.fullName,
  ...(command.subcommands?.all ?? []).map(({ fullName }) => fullName),
]);
const CONTAINERS = new Set(
  COMMANDS.filter(({ subcommands }) => subcommands !== null).map(({ fullName }) => fullName),
);

for (const protocol of [2, 3] as const) {
  comparison(`COMMAND INFO of every command (RESP${protocol})`, {}, async (pair) => {
    let compared = 0;
    for (const name of NAMES) {
      const replies = await pair.send('', protocol, ['COMMAND', 'INFO', name]);
      const [theirs, ours] = replies.map((reply) => parseReply(reply).items[0]);
      if (ours.items.length === 0) assert.fail(`${name} is not there`);
      if (isSkipped(theirs, name)) continue;
      assert.equal(infoText(ours, name), infoText(theirs, name), name);
      compared++;
    }
    assert.ok(compared > NAMES.length / 2);
  });

  comparison(`COMMAND DOCS of every command (RESP${protocol})`, {}, async (pair) => {
    for (const name of NAMES) {
      const replies = await pair.send('', protocol, ['COMMAND', 'DOCS', name]);
      const [theirs, ours] = replies.map((reply) => parseReply(reply));
      if (isSkipped(theirs, name)) continue;
      const fields = isReference72() ? [] : ['since', 'group', 'complexity'];
      assert.equal(docsText(ours, fields), docsText(theirs, fields), name);
    }
  });
}

comparison('COMMAND LIST', {}, async (pair) => {
  const everything = await listed(pair);
  assert.deepEqual(everything.ours, [...NAMES].sort());
  const known = new Set(everything.theirs);
  const filters = ['ACLCAT', 'PATTERN'].flatMap((filter) =>
    FILTER_VALUES[filter as keyof typeof FILTER_VALUES].map((value) => [filter, value]),
  );
  for (const filter of filters) {
    const { theirs, ours } = await listed(pair, 'filterby', ...filter);
    assert.deepEqual(
      ours.filter((name) => known.has(name)),
      theirs.filter((name) => NAMES.includes(name)),
      filter.join(' '),
    );
  }
});

comparison('COMMAND without a name', {}, async (pair) => {
  for (const words of [['COMMAND'], ['COMMAND', 'INFO'], ['COMMAND', 'DOCS']]) {
    const [theirs, ours] = (await pair.send('', 3, words)).map((reply) => parseReply(reply));
    assert.equal(ours.type, theirs.type);
    assert.equal(ours.items.length, ours.type === '%' ? 2 * COMMANDS.length : COMMANDS.length);
  }
  const [, count] = await pair.send('', 3, ['COMMAND', 'COUNT']);
  assert.equal(showBytes(count), `:${COMMANDS.length}\\r\\n`);
});

differential('COMMAND with strange words', [
  'COMMAND INFO nosuch get nosuch|get get|nosuch config|nosuch config|get|x "" |',
  'COMMAND INFO GET Config|Get CONFIG|SET',
  'COMMAND DOCS nosuch',
  'COMMAND DOCS "" get|x config|nosuch',
  { send: 'COMMAND HELP', only: '7.2' },
  'COMMAND HELP x',
  'COMMAND COUNT x',
  'COMMAND nosuch',
  'COMMAND LIST FILTERBY',
  'COMMAND LIST FILTERBY PATTERN',
  'COMMAND LIST FILTERBY NOSUCH x',
  'COMMAND LIST FILTERBY PATTERN x y',
  'COMMAND LIST PATTERN x',
  'COMMAND LIST FILTERBY MODULE nosuch',
  'COMMAND LIST FILTERBY ACLCAT nosuch',
  'COMMAND LIST FILTERBY ACLCAT ""',
  'COMMAND LIST FILTERBY PATTERN nosuch*',
  'COMMAND LIST FILTERBY PATTERN GE[T]',
  'COMMAND LIST FILTERBY PATTERN "config|s?t"',
]);

differential('COMMAND GETKEYS', [
  'COMMAND GETKEYS',
  'COMMAND GETKEYSANDFLAGS',
  'COMMAND GETKEYS nosuch a',
  'COMMAND GETKEYS config nosuch',
  { send: 'COMMAND GETKEYS config', only: '7.2' },
  'COMMAND GETKEYS config get x',
  { send: 'COMMAND GETKEYS ping', only: '7.2' },
  { send: 'COMMAND GETKEYS get', only: '7.2' },
  'COMMAND GETKEYS get a b',
  'COMMAND GETKEYS Get a',
  'COMMAND GETKEYS mset a 1 b 2',
  'COMMAND GETKEYS mset a 1 b',
  'COMMAND GETKEYS mget a b c',
  'COMMAND GETKEYS lcs a b LEN',
  'COMMAND GETKEYSANDFLAGS get a',
  'COMMAND GETKEYSANDFLAGS mset a 1 b 2',
  'COMMAND GETKEYSANDFLAGS lcs a b',
  'COMMAND GETKEYSANDFLAGS set a 1',
  'COMMAND GETKEYSANDFLAGS set a 1 GeT',
  'COMMAND GETKEYSANDFLAGS set a get',
  'COMMAND GETKEYSANDFLAGS set a 1 GETX',
  'COMMAND GETKEYSANDFLAGS getex a',
  'COMMAND GETKEYSANDFLAGS del a b',
  'COMMAND GETKEYSANDFLAGS copy a b DB 1',
  'COMMAND GETKEYSANDFLAGS rename a b',
  'COMMAND GETKEYSANDFLAGS object encoding a',
  'COMMAND GETKEYSANDFLAGS object nosuch a',
  'COMMAND GETKEYSANDFLAGS object help a',
  'COMMAND GETKEYSANDFLAGS memory usage a SAMPLES 1',
]);

const FILTER_VALUES = {
  ACLCAT: [
    'keyspace',
    'READ',
    'write',
    'string',
    'admin',
    'fast',
    'slow',
    'dangerous',
    'connection',
  ],
  PATTERN: ['*', 'S*', '*get*', 'client|*', '?et', '[ab]*'],
};

/** Is there nothing to compare? Only a command of a later version may be missing. */
function isSkipped(theirs: ReplyTree, name: string): boolean {
  if (isReference72() && !LATER.has(name)) {
    assert.notEqual(theirs.items.length, 0, `the reference has no command ${name}`);
    return false;
  }
  return theirs.items.length === 0 || CHANGED_IN_72.has(name);
}

/** The entry of COMMAND INFO; of a container without the subcommands, its last field. */
function infoText(entry: ReplyTree, name: string): string {
  const fields = CONTAINERS.has(name) ? entry.items.slice(0, -1) : [...entry.items];
  if (!isReference72()) fields.splice(TIPS, 1);
  return fields.map(({ raw }) => showBytes(raw)).join('\n');
}

/** The entry of COMMAND DOCS, or some of its fields; without the subcommands. */
function docsText(reply: ReplyTree, wanted: readonly string[]): string {
  const [name, { type, items }] = reply.items;
  let text = `${name.raw}${type}`;
  for (let i = 0; i < items.length; i += 2) {
    const field = items[i].text;
    if (field === 'subcommands' || (wanted.length > 0 && !wanted.includes(field))) continue;
    // 7.0 ends the complexity of xSCAN with two full stops.
    const said = isReference72() ? items[i + 1].raw : items[i + 1].text.replace(/\.\.$/, '.');
    text += showBytes(`${items[i].raw}${said}`);
  }
  return text;
}

/** The sorted names that COMMAND LIST answers with. */
async function listed(
  pair: Pair,
  ...options: readonly string[]
): Promise<{ theirs: string[]; ours: string[] }> {
  const replies = await pair.send('', 2, ['COMMAND', 'LIST', ...options]);
  const [theirs, ours] = replies.map((reply) =>
    parseReply(reply)
      .items.map(({ text }) => text)
      .sort(),
  );
  return { theirs, ours };
}
