// Random commands on redis-server and on Redstart: the replies must be equal, and so must the data
// after each sequence. REDSTART_RANDOM_SECONDS says how long (5), REDSTART_RANDOM_SEED which
// commands.
//
// A sequence that shows a difference is played again without its commands, one by one, as long as
// the difference stays: what is left is printed.
import assert from 'node:assert/strict';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import type { CommandDeclaration } from '../../src/engine/command.ts';
import { comparison, type Pair } from '../support/differential.ts';
import { CallGenerator, WORDS } from '../support/grammar.ts';
import { SeededRandom } from '../support/random.ts';
import type { RawClient } from '../support/raw-client.ts';
import { encodeCommand, parseReply, showBytes } from '../support/resp.ts';
import { isReference72 } from '../support/server.ts';
import { areEqual, type Tolerance } from '../support/tolerance.ts';

const SECONDS = Number(process.env.REDSTART_RANDOM_SECONDS ?? 5);
const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const SEQUENCE_LINES = 60;
const SHOWN_LINES = 20;
const STAR = 0x2a;

/** Commands that are left out, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  AUTH: 'differential tests do it: a 7.2 server leaves some failures unanswered',
  BZMPOP: 'waits, and its timeout may be hours',
  BZPOPMAX: 'waits, and its timeout may be hours',
  BZPOPMIN: 'waits, and its timeout may be hours',
  BGREWRITEAOF: 'says whether it still runs',
  BGSAVE: 'says whether it still runs',
  CLIENT: 'speaks of connections, which differ',
  BLMOVE: 'waits, and its timeout may be hours',
  BLMPOP: 'waits, and its timeout may be hours',
  BLPOP: 'waits, and its timeout may be hours',
  BRPOP: 'waits, and its timeout may be hours',
  BRPOPLPUSH: 'waits, and its timeout may be hours',
  COMMAND: 'the references know other commands',
  CONFIG: 'changes the server for the sequences that follow',
  DEBUG: 'stops servers; the text differs',
  DUMP: 'tables have orders of their own, and 7.0 another version; see dump-interchange.test.ts',
  FUNCTION: 'only FLUSH is there',
  HELLO: 'changes the protocol of the sequence',
  HRANDFIELD: 'answers by chance',
  INFO: 'speaks of the process',
  LASTSAVE: 'tells the time',
  LATENCY: 'measures time',
  LOLWUT: 'paints by chance',
  MEMORY: 'measures memory, which differs',
  MONITOR: 'ends the sequence: the connection becomes a log',
  MULTI: 'EXEC would answer what may differ within one reply; see transactions*.test.ts',
  PFDEBUG: 'DECODE of corrupt registers prints in Redis what it refuses otherwise',
  PFSELFTEST: 'takes a second',
  PSUBSCRIBE: 'answers each pattern by itself',
  PUNSUBSCRIBE: 'answers each pattern by itself',
  QUIT: 'ends the sequence',
  RANDOMKEY: 'answers by chance',
  RESET: 'changes the protocol of the sequence',
  ROLE: 'speaks of replication',
  SORT: 'elements of the same weight come in any order in Redis',
  SORT_RO: 'elements of the same weight come in any order in Redis',
  SAVE: 'takes long',
  SHUTDOWN: 'ends the server',
  SLOWLOG: 'measures time',
  SPOP: 'takes by chance',
  SRANDMEMBER: 'answers by chance',
  SSCAN: "cursors are each server's own",
  SSUBSCRIBE: 'answers each channel by itself',
  SUBSCRIBE: 'answers each channel by itself',
  SUNSUBSCRIBE: 'answers each channel by itself',
  TIME: 'tells the time',
  UNSUBSCRIBE: 'answers each channel by itself',
  XREAD: 'waits, and its timeout may be hours',
  XREADGROUP: 'waits, and its timeout may be hours',
  ZRANDMEMBER: 'answers by chance',
  ZSCAN: 'the steps of large ones differ',
};

/** Replies that may differ, and how. */
const TOLERANCES: Readonly<Record<string, Tolerance>> = {
  HGETALL: 'sorted',
  HKEYS: 'sorted',
  HVALS: 'sorted',
  KEYS: 'sorted',
  SDIFF: 'sorted',
  SINTER: 'sorted',
  SMEMBERS: 'sorted',
  SUNION: 'sorted',
  TTL: 'approx',
  PTTL: 'approx',
  EXPIRETIME: 'approx',
  PEXPIRETIME: 'approx',
  // Ages of what is pending.
  XPENDING: 'any',
};

/** Commands that walk in steps, each server in its own. */
const SCANS = ['SCAN', 'HSCAN'];

/** Commands that empty databases: rare, or nothing would ever be in them. */
const RARE = ['FLUSHALL', 'FLUSHDB', 'SWAPDB', 'SELECT', 'DEL', 'UNLINK', 'GETDEL', 'MOVE'];

const CHOSEN = ALL_COMMANDS.filter(({ name }) => LEFT_OUT[name.toUpperCase()] === undefined);

type Words = readonly string[];

/** Makes keys go that SET gave a deadline in the past: until somebody looks, they count. */
const EXPIRE_ALL: Words = ['EXISTS', ...new Set(WORDS)];

/** How a sequence is sent: line by line, or all lines in one write. */
interface Way {
  protocol: 2 | 3;
  isPipelined: boolean;
}

interface Difference {
  index: number;
  theirs: Buffer;
  ours: Buffer;
}

comparison(`random commands, seed ${SEED}`, {}, async (pair) => {
  const random = new SeededRandom(SEED);
  const endMs = Date.now() + SECONDS * 1000;
  let sequences = 0;
  do {
    const way: Way = {
      protocol: random.below(2) === 0 ? 2 : 3,
      isPipelined: random.below(2) === 0,
    };
    const lines = makeSequence(random);
    const difference = await play(pair, way, lines);
    if (difference !== null) await explain(pair, way, lines.slice(0, difference.index + 1));
    sequences++;
  } while (Date.now() < endMs);
  console.log(`# ${sequences} sequences of ${SEQUENCE_LINES} commands, seed ${SEED}`);
});

function makeSequence(random: SeededRandom): Words[] {
  const generator = new CallGenerator(random, Date.now());
  const lines: Words[] = [];
  while (lines.length < SEQUENCE_LINES) {
    const declaration = random.pick(CHOSEN);
    const name = declaration.name.toUpperCase();
    if (RARE.includes(name) && random.below(8) !== 0) continue;
    const words = generator.call(declaration);
    if (isLeftOut(declaration, words)) continue;
    if (name === 'DBSIZE') lines.push(EXPIRE_ALL);
    lines.push(words);
  }
  for (const index of ['15', '1', '0']) lines.push(['SELECT', index], EXPIRE_ALL, ['KEYS', '*']);
  lines.push(['DEBUG', 'DIGEST'], ['DBSIZE']);
  return lines;
}

/** Single calls that cannot be compared. */
function isLeftOut(declaration: CommandDeclaration, words: Words): boolean {
  const text = words.map((word) => word.toUpperCase());
  // Idle time depends on when the servers looked at their clocks, the count of references on what
  // they share; help differs between versions.
  if (text[0] === 'OBJECT' && ['IDLETIME', 'REFCOUNT'].includes(text[1])) return true;
  if (text[1] === 'HELP') return true;
  // There is no debugger.
  if (text[0] === 'SCRIPT' && text[1] === 'DEBUG') return true;
  // IDs that are the time, and what tells of times.
  if (text[0] === 'XADD' && text.includes('*')) return true;
  if (text[0] === 'XINFO' && text[1] !== 'GROUPS') return true;
  // Newer than all references.
  const { since } = declaration.documentations()[declaration.name];
  if (since.startsWith('7.4') || since.startsWith('8.')) return true;
  // What 7.0 does not know or words differently; it has no packed sets.
  if (isReference72()) return false;
  if (text[0] === 'OBJECT' && text[1] === 'ENCODING') return true;
  if (text[0] === 'LPOS' && text.includes('RANK')) return true;
  // Scores have 17 digits there.
  if (declaration.group === 'sorted-set') return true;
  // Consumers are made later there, and some refusals are worded differently.
  if (declaration.group === 'stream') return true;
  return since.startsWith('7.2') || text[0] === 'DEBUG';
}

/** Plays a sequence on both servers, from empty. Returns the first difference. */
async function play(pair: Pair, way: Way, lines: readonly Words[]): Promise<Difference | null> {
  const { protocol } = way;
  const name = `RESP${protocol}`;
  await pair.send(name, protocol, ['SELECT', '0']);
  await pair.send(name, protocol, ['FLUSHALL']);
  if (way.isPipelined) return playAtOnce(await pair.clientsOf(name, protocol), lines);
  for (const [index, words] of lines.entries()) {
    const command = words[0].toUpperCase();
    if (SCANS.includes(command)) {
      const difference = await playScan(pair, name, protocol, words);
      if (difference !== null) return { index, ...difference };
      continue;
    }
    const [theirs, ours] = await pair.send(name, protocol, words);
    if (!areEqual(theirs, ours, TOLERANCES[command])) return { index, theirs, ours };
  }
  return null;
}

/** All lines in one write: where requests are parsed and looked at ahead of their turn. */
async function playAtOnce(
  clients: readonly RawClient[],
  lines: readonly Words[],
): Promise<Difference | null> {
  const input = Buffer.concat(lines.map((words) => encodeCommand(words)));
  for (const client of clients) client.write(input);
  let first: Difference | null = null;
  for (const [index, words] of lines.entries()) {
    const [theirs, ours] = await Promise.all(clients.map((client) => client.reply()));
    const command = words[0].toUpperCase();
    const tolerance = SCANS.includes(command) ? 'any' : TOLERANCES[command];
    if (first === null && !areEqual(theirs, ours, tolerance)) first = { index, theirs, ours };
  }
  return first;
}

/**
 * SCAN as it is called, to compare errors; then from cursor 0 to the end: the sets of words must be
 * equal, the steps need not.
 */
async function playScan(
  pair: Pair,
  name: string,
  protocol: 2 | 3,
  words: Words,
): Promise<{ theirs: Buffer; ours: Buffer } | null> {
  const [theirs, ours] = await pair.send(name, protocol, words);
  // An error, or queued between MULTI and EXEC.
  if (theirs[0] !== STAR || ours[0] !== STAR) {
    return theirs.equals(ours) ? null : { theirs, ours };
  }
  const clients = await pair.clientsOf(name, protocol);
  // The cursor stands behind the key, where there is one.
  const cursorAt = words[0].toUpperCase() === 'SCAN' ? 1 : 2;
  const begin = words.slice(0, cursorAt);
  const options = words.slice(cursorAt + 1);
  const keys = await Promise.all(clients.map((client) => scanAll(client, begin, options)));
  return keys[0].equals(keys[1]) ? null : { theirs: keys[0], ours: keys[1] };
}

async function scanAll(client: RawClient, begin: Words, options: Words): Promise<Buffer> {
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const { items } = parseReply(await client.command(...begin, cursor, ...options));
    cursor = items[0].text;
    for (const key of items[1].items) keys.add(key.text);
  } while (cursor !== '0');
  return Buffer.from([...keys].sort().join(' '), 'latin1');
}

/** Leaves out of a failing sequence what does not matter, and fails with the rest. */
async function explain(pair: Pair, way: Way, failing: readonly Words[]): Promise<never> {
  let lines = failing;
  for (let at = lines.length - 2; at >= 0; at--) {
    const shorter = [...lines.slice(0, at), ...lines.slice(at + 1)];
    const difference = await play(pair, way, shorter);
    if (difference !== null) lines = shorter.slice(0, difference.index + 1);
    at = Math.min(at, lines.length - 1);
  }
  const difference = await play(pair, way, lines);
  const shown = lines.slice(-SHOWN_LINES).map((words) => `  ${showWords(words)}`);
  const last = failing.slice(-SHOWN_LINES).map((words) => `  ${showWords(words)}`);
  const replies =
    difference === null
      ? ['the difference does not come again; the last commands were:', ...last]
      : [
          ...shown,
          `${pair.servers[0].name} says:\n    ${showBytes(difference.theirs, 600)}`,
          `Redstart says:\n    ${showBytes(difference.ours, 600)}`,
        ];
  const sent = way.isPipelined ? 'in one write' : 'line by line';
  const head = `RESP${way.protocol}, ${sent}, REDSTART_RANDOM_SEED=${SEED}`;
  throw new assert.AssertionError({ message: [head, ...replies].join('\n') });
}

function showWords(words: Words): string {
  const quoted = (word: string): string => JSON.stringify(showBytes(word).replaceAll('\n    ', ''));
  return words
    .map((word) => (/^[\w:.*+-]+$/.test(word) ? word : quoted(word)).slice(0, 60))
    .join(' ');
}
