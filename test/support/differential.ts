// Differential tests: the same command lines run on the reference redis-server and on Redstart,
// over RESP2 and over RESP3, and the raw replies must be equal.
//
//   differential('getset', [
//     'SET k v',
//     'GETSET k "a\x00b"',
//     { send: 'KEYS *', tolerance: 'sorted' },
//     { send: 'SET k v GET', reply72: '$3\r\na\0b\r\n' },
//     { send: 'CLIENT NO-TOUCH on', only: '7.2' },
//   ]);
//
// Both servers start once per test process; every test begins with FLUSHALL and new connections.
// Lines run one after another, each on both servers at once. A line may be sent by another
// connection: `as`.
//
// The reference may be older than 7.2, which Redstart follows. What only 7.2 says is then compared
// with what 7.2.6 was recorded to say (see recorded.ts), never left out.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { splitArgs } from '../../src/domain/bytes/split-args.ts';
import { CLOSED, RawClient } from './raw-client.ts';
import { recorded } from './recorded.ts';
import { parseReply, type ReplyTree, showBytes } from './resp.ts';
import {
  isReference72,
  type RunningServer,
  reference,
  startRedstart,
  startReference,
} from './server.ts';

/**
 * How replies may differ: the order of items, on all levels (`sorted`), the last digits of floating
 * point numbers (`rounded`), numbers a little (`approx`: up to 5, or 1 %), everything but the type
 * of the reply (`any`).
 */
export type Tolerance = 'sorted' | 'rounded' | 'approx' | 'any';

export interface LineOptions {
  /**
   * Words with quotes and escapes as in an inline command, or the arguments themselves (latin1).
   */
  send: string | readonly string[];
  tolerance?: Tolerance;
  /** A reference of another version is not sent the line: its recorded reply stands for it. */
  only?: '7.2';
  /** The raw reply of 7.2 where 7.0 says something else; [RESP2, RESP3] when those differ. */
  reply72?: string | readonly [resp2: string, resp3: string];
  /** The connection that sends the line, by any name; the first one is ''. */
  as?: string;
  /** How many replies the line has: 1 unless it is given. */
  replies?: number;
}

export type Line = string | LineOptions;

export interface DifferentialOptions {
  /** The protocols to run with: both unless it is given. */
  protocols?: readonly (2 | 3)[];
  /** All lines are of 7.2 only. */
  only?: '7.2';
  /** Servers of the test's own, started with these arguments. */
  args?: readonly string[];
}

/** Registers the tests of one name: one with RESP2, one with RESP3. */
export function differential(
  name: string,
  lines: readonly Line[],
  options: DifferentialOptions = {},
): void {
  for (const protocol of options.protocols ?? [2, 3]) {
    const title = `${name} (RESP${protocol})`;
    comparison(title, options, async (pair) => {
      for (const [index, line] of lines.entries()) {
        const ofTest = options.only === undefined ? {} : { only: options.only };
        const ofLine = typeof line === 'string' ? { send: line } : line;
        await runLine(pair, protocol, { ...ofTest, ...ofLine }, `${title}, line ${index + 1}`);
      }
    });
  }
}

/**
 * Registers a test that gets both servers, empty. Without a reference it fails under CI=true and is
 * skipped, saying why, elsewhere.
 */
export function comparison(
  name: string,
  options: Pick<DifferentialOptions, 'args'>,
  run: (pair: Pair) => Promise<void>,
): void {
  const { problem } = reference();
  if (problem !== '') {
    if (process.env.CI === 'true') test(name, () => assert.fail(problem));
    else test(name, { skip: problem }, () => {});
    return;
  }
  test(name, async () => {
    const pair = await (options.args === undefined ? Pair.shared() : Pair.own(options.args));
    try {
      await run(pair);
    } finally {
      await pair.close();
    }
  });
}

/** The words of a line, as latin1 strings. */
export function wordsOf(line: string | readonly string[]): string[] {
  if (typeof line !== 'string') return [...line];
  assert.ok(!/[^\0-\xff]/.test(line), `write bytes, not characters beyond latin1: ${line}`);
  const bytes = Buffer.from(line, 'latin1');
  const words = splitArgs(bytes, 0, bytes.length);
  assert.ok(words !== null && words.length > 0, `not a command line: ${line}`);
  return words.map((word) => Buffer.from(word).toString('latin1'));
}

/** Are two replies equal within the tolerance? Undefined tolerates nothing. */
export function areEqual(a: Buffer, b: Buffer, tolerance: Tolerance | undefined): boolean {
  if (a.equals(b)) return true;
  if (tolerance === undefined || a === CLOSED || b === CLOSED) return false;
  if (tolerance === 'any') return a[0] === b[0];
  const first = parseReply(a);
  const second = parseReply(b);
  if (tolerance === 'sorted') return sortedText(first) === sortedText(second);
  return areNear(first, second, tolerance === 'rounded' ? isRoundedEqual : isApproximatelyEqual);
}

/** Both servers, and the connections that one test has to them. */
export class Pair {
  readonly servers: readonly RunningServer[];
  private readonly clients = new Map<string, readonly RawClient[]>();

  private readonly isOwn: boolean;

  private constructor(servers: readonly RunningServer[], isOwn: boolean) {
    this.servers = servers;
    this.isOwn = isOwn;
  }

  /** The two servers of the process, emptied. */
  static async shared(): Promise<Pair> {
    bothServers ??= Promise.all([startReference(), startRedstart()]);
    const pair = new Pair(await bothServers, false);
    for (const reply of await pair.send('', 2, ['FLUSHALL'])) {
      assert.equal(reply.toString('latin1'), '+OK\r\n', 'FLUSHALL before the test');
    }
    await pair.close();
    return pair;
  }

  /** Two servers with these arguments, which end with the pair. */
  static async own(args: readonly string[]): Promise<Pair> {
    return new Pair(await Promise.all([startReference(args), startRedstart(args)]), true);
  }

  /** The named connections to the reference and to Redstart; made when they are first asked for. */
  async clientsOf(name: string, protocol: 2 | 3): Promise<readonly RawClient[]> {
    const found = this.clients.get(name);
    if (found !== undefined) return found;
    const made = await Promise.all(this.servers.map(({ port }) => RawClient.connect(port)));
    this.clients.set(name, made);
    if (protocol === 3) {
      for (const reply of await Promise.all(made.map((client) => client.command('HELLO', '3')))) {
        assert.equal(reply[0], 0x25, `HELLO 3 answers "${showBytes(reply)}"`);
      }
    }
    return made;
  }

  /** Sends a command to both servers and resolves to both replies: the reference's comes first. */
  async send(
    name: string,
    protocol: 2 | 3,
    args: readonly string[],
    replies = 1,
  ): Promise<readonly Buffer[]> {
    const clients = await this.clientsOf(name, protocol);
    return Promise.all(clients.map((client) => ask(client, args, replies)));
  }

  /** Sends a command to Redstart alone and resolves to its reply. */
  async sendToRedstart(
    name: string,
    protocol: 2 | 3,
    args: readonly string[],
    replies = 1,
  ): Promise<Buffer> {
    const [, client] = await this.clientsOf(name, protocol);
    return ask(client, args, replies);
  }

  async close(): Promise<void> {
    for (const clients of this.clients.values()) for (const client of clients) client.close();
    this.clients.clear();
    if (this.isOwn) await Promise.all(this.servers.map((server) => server.stop()));
  }
}

let bothServers: Promise<readonly RunningServer[]> | null = null;

after(async () => {
  if (bothServers === null) return;
  const servers = await bothServers.catch(() => []);
  await Promise.all(servers.map((server) => server.stop()));
});

async function runLine(
  pair: Pair,
  protocol: 2 | 3,
  line: LineOptions,
  where: string,
): Promise<void> {
  const args = wordsOf(line.send);
  const sent = typeof line.send === 'string' ? line.send : JSON.stringify(line.send);
  const place = `${where}: ${showBytes(sent, 500)}`;
  if (line.only === '7.2') return runLineOf72(pair, protocol, line, place);
  const [theirs, ours] = await pair.send(line.as ?? '', protocol, args, line.replies);
  if (line.reply72 !== undefined) {
    const literal = typeof line.reply72 === 'string' ? line.reply72 : line.reply72[protocol - 2];
    const expected = Buffer.from(literal, 'latin1');
    if (!areEqual(expected, ours, line.tolerance)) fail(place, 'reply72', expected, ours);
    if (!isReference72()) return;
  }
  if (!areEqual(theirs, ours, line.tolerance)) {
    fail(place, pair.servers[0].name, theirs, ours);
  }
}

/** A line that only 7.2 answers as Redstart does: an older reference is not sent it. */
async function runLineOf72(
  pair: Pair,
  protocol: 2 | 3,
  line: LineOptions,
  place: string,
): Promise<void> {
  const { as = '', replies, tolerance } = line;
  const args = wordsOf(line.send);
  const [theirs, ours] = isReference72()
    ? await pair.send(as, protocol, args, replies)
    : [Buffer.of(), await pair.sendToRedstart(as, protocol, args, replies)];
  const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
  const expected = bytes(
    recorded(place, theirs.toString('latin1'), (recording, now) =>
      areEqual(bytes(recording), bytes(now), tolerance),
    ),
  );
  if (!areEqual(expected, ours, tolerance)) fail(place, 'redis-server 7.2', expected, ours);
}

async function ask(client: RawClient, args: readonly string[], replies: number): Promise<Buffer> {
  const first = client.command(...args);
  if (replies === 1) return first;
  return Buffer.concat([await first, await client.repliesOf(replies - 1)]);
}

function fail(place: string, name: string, expected: Buffer, ours: Buffer): never {
  const message = [
    place,
    `  ${name} says:\n    ${showBytes(expected)}`,
    `  Redstart says:\n    ${showBytes(ours)}`,
  ];
  throw new assert.AssertionError({ message: message.join('\n'), stackStartFn: fail });
}

function sortedText(tree: ReplyTree): string {
  if (tree.items.length === 0) return tree.raw;
  const items = tree.items.map(sortedText);
  if (tree.type !== '%') return `${tree.type}${items.length}[${items.sort().join(' ')}]`;
  const pairs = items.filter((_, i) => i % 2 === 0).map((key, i) => `${key} ${items[2 * i + 1]}`);
  return `%${pairs.length}[${pairs.sort().join(' ')}]`;
}

function areNear(a: ReplyTree, b: ReplyTree, isNear: (a: number, b: number) => boolean): boolean {
  if (a.type !== b.type || a.items.length !== b.items.length) return false;
  if (a.items.length > 0) return a.items.every((item, i) => areNear(item, b.items[i], isNear));
  if (a.raw === b.raw) return true;
  if (a.text.trim() === '' || b.text.trim() === '') return false;
  return isNear(Number(a.text), Number(b.text));
}

function isRoundedEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function isApproximatelyEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(5, 0.01 * Math.max(Math.abs(a), Math.abs(b)));
}
