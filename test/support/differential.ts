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
// Lines run one after another, each on both servers at once. They may be sent by several
// connections, and say which bytes come out of turn: see lines.ts. When the lines are over, nothing
// that a server has sent may be unread.
//
// The reference may be older than 7.2, which Redstart follows. What only 7.2 says is then compared
// with what 7.2.6 was recorded to say (see recorded.ts), never left out.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Line, MARKER, namedIn, type Step, stepOf, wordsOf } from './lines.ts';
import { masked } from './masked.ts';
import { RawClient } from './raw-client.ts';
import { recorded } from './recorded.ts';
import { encodeCommand, showBytes } from './resp.ts';
import {
  isReference72,
  type RunningServer,
  reference,
  startBundle,
  startRedstart,
  startReference,
} from './server.ts';
import { areEqual, type Tolerance } from './tolerance.ts';

const UNTIL_MS = 20000;

export interface DifferentialOptions {
  /** The protocols to run with: both unless it is given. */
  protocols?: readonly (2 | 3)[];
  /** All lines are of 7.2 only. */
  only?: '7.2';
  /** Servers of the test's own, started with these arguments. */
  args?: readonly string[];
  /** With servers of the test's own: Redstart's is the one that is published. */
  isBundle?: boolean;
  /** Sent by a new connection when the test is over, however it ends. */
  atEnd?: readonly string[];
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
      for (const name of namedIn(lines)) await pair.identify(name, protocol);
      for (const [index, line] of lines.entries()) {
        const ofTest = options.only === undefined ? {} : { only: options.only };
        await runStep(
          pair,
          protocol,
          { ...ofTest, ...stepOf(line) },
          `${title}, line ${index + 1}`,
        );
      }
      await pair.expectNothingUnread(title);
    });
  }
}

/**
 * Registers a test that gets both servers, empty. Without a reference it fails under CI=true and is
 * skipped, saying why, elsewhere.
 */
export function comparison(
  name: string,
  options: Pick<DifferentialOptions, 'args' | 'isBundle' | 'atEnd'>,
  run: (pair: Pair) => Promise<void>,
): void {
  const { problem } = reference();
  if (problem !== '') {
    if (process.env.CI === 'true') test(name, () => assert.fail(problem));
    else test(name, { skip: problem }, () => {});
    return;
  }
  test(name, async () => {
    const { args, isBundle = false } = options;
    const pair = await (args === undefined ? Pair.shared() : Pair.own(args, isBundle));
    try {
      await run(pair);
    } finally {
      await pair.endWith(options.atEnd ?? []);
    }
  });
}

/** Both servers, and the connections that one test has to them. */
export class Pair {
  readonly servers: readonly RunningServer[];
  private readonly clients = new Map<string, readonly RawClient[]>();
  /** For each server the names of the connections by their ids. */
  private readonly names: readonly Map<string, string>[] = [new Map(), new Map()];

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
    await pair.expectNothingUnread('before the test');
    pair.close();
    return pair;
  }

  /** Two servers with these arguments, which end with the pair. */
  static async own(args: readonly string[], isBundle: boolean): Promise<Pair> {
    const ours = isBundle ? startBundle : startRedstart;
    return new Pair(await Promise.all([startReference(args), ours(args)]), true);
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

  /** Finds out what the servers call a connection, for lines that name it. */
  async identify(name: string, protocol: 2 | 3): Promise<void> {
    const replies = await this.send(name, protocol, ['CLIENT', 'ID']);
    for (const [index, reply] of replies.entries()) {
      const id = /^:(\d+)\r\n$/.exec(reply.toString('latin1'))?.[1];
      assert.ok(id !== undefined, `CLIENT ID answers "${showBytes(reply)}"`);
      this.names[index].set(id, `$id(${name})`);
    }
  }

  /** Takes a step on both servers, or on Redstart alone, whose reply comes last. */
  async take(step: Step, protocol: 2 | 3, isAlone: boolean): Promise<readonly Buffer[]> {
    const clients = await this.clientsOf(step.as, protocol);
    return Promise.all(
      clients.map(async (client, index) => {
        if (isAlone && index === 0) return Buffer.of();
        const commands = step.commands.map((words) =>
          encodeCommand(words.map((word) => this.filledIn(word, index))),
        );
        const reply = await exchange(client, Buffer.concat(commands), step);
        return step.tolerance === 'masked' ? masked(reply, this.names[index]) : reply;
      }),
    );
  }

  /** Closes the connections; a new one sends the lines. */
  async endWith(lines: readonly string[]): Promise<void> {
    this.close();
    for (const line of lines) await this.send('', 2, wordsOf(line));
    await this.expectNothingUnread('at the end');
    this.close();
    if (this.isOwn) await Promise.all(this.servers.map((server) => server.stop()));
  }

  /** Ends the connections, and complains of what they still had to say. */
  async expectNothingUnread(where: string): Promise<void> {
    for (const [name, clients] of this.clients) {
      for (const [index, client] of clients.entries()) {
        if (!client.isClosed) client.socket.end();
        const rest = await client.untilClosed();
        const place = `${where}: unread of "${name}", said by ${this.servers[index].name}`;
        assert.equal(showBytes(rest), '', place);
      }
    }
  }

  /** Closes the connections. */
  close(): void {
    for (const clients of this.clients.values()) for (const client of clients) client.close();
    this.clients.clear();
  }

  /** The word with what the server calls the connections that `$id(name)` and the like name. */
  private filledIn(word: string, index: number): string {
    return word.replace(/\$(id|address)\(([^)]*)\)/g, (_, kind: string, name: string) => {
      if (kind === 'address') return this.clients.get(name)?.[index].address ?? '';
      for (const [id, known] of this.names[index]) if (known === `$id(${name})`) return id;
      throw new Error(`nobody is called ${name}`);
    });
  }
}

let bothServers: Promise<readonly RunningServer[]> | null = null;

after(async () => {
  if (bothServers === null) return;
  const servers = await bothServers.catch(() => []);
  await Promise.all(servers.map((server) => server.stop()));
});

async function runStep(pair: Pair, protocol: 2 | 3, step: Step, where: string): Promise<void> {
  const place = `${where}: ${showBytes(step.text, 500)}`;
  const isAlone = step.only === '7.2' && !isReference72();
  const taken = await pair.take(step, protocol, isAlone).catch((cause: Error) => {
    throw new Error(`${place}: ${cause.message}`, { cause });
  });
  const [theirs, ours] = taken.map((reply, index) =>
    isAlone && index === 0 ? reply : partOf(reply, step, index === 0 ? place : null),
  );
  const tolerance = step.part === undefined ? step.tolerance : undefined;
  if (step.only === '7.2') return compareWithRecording(tolerance, theirs, ours, place);
  if (step.reply72 !== undefined) {
    const literal = typeof step.reply72 === 'string' ? step.reply72 : step.reply72[protocol - 2];
    const expected = Buffer.from(literal, 'latin1');
    if (!areEqual(expected, ours, tolerance)) fail(place, 'reply72', expected, ours);
    if (!isReference72()) return;
  }
  if (!areEqual(theirs, ours, tolerance)) {
    fail(place, pair.servers[0].name, theirs, ours);
  }
}

/** A line that only 7.2 answers as Redstart does: an older reference was not sent it. */
function compareWithRecording(
  tolerance: Tolerance | undefined,
  theirs: Buffer,
  ours: Buffer,
  place: string,
): void {
  const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
  const expected = bytes(
    recorded(place, theirs.toString('latin1'), (recording, now) =>
      areEqual(bytes(recording), bytes(now), tolerance),
    ),
  );
  if (!areEqual(expected, ours, tolerance)) fail(place, 'redis-server 7.2', expected, ours);
}

/** What the pattern, or its groups, find. The reference must have it, or nothing is compared. */
function partOf(reply: Buffer, step: Step, place: string | null): Buffer {
  const { part } = step;
  if (part === undefined) return reply;
  const pattern = new RegExp(part, `${part.flags.replace('g', '')}g`);
  const text = reply.toString('latin1');
  const found = [...text.matchAll(pattern)].map(([all, ...groups]) => groups.join(' ') || all);
  if (place !== null) assert.ok(found.length > 0, `${place}\n${showBytes(text)} has no ${part}`);
  if (step.tolerance === 'sorted') found.sort();
  return found.length === 0 ? reply : Buffer.from(found.join(' '), 'latin1');
}

/** Sends and waits for the replies, and again until they are as they should be. */
async function exchange(client: RawClient, sent: Buffer, step: Step): Promise<Buffer> {
  const endMs = Date.now() + UNTIL_MS;
  for (;;) {
    if (sent.length > 0) client.write(sent);
    const reply = await repliesTo(step, client);
    if (step.until === undefined || step.until.test(reply.toString('latin1'))) return reply;
    if (Date.now() > endMs) return reply;
  }
}

function repliesTo({ replies }: Step, client: RawClient): Promise<Buffer> {
  if (replies === 'all') return client.untilClosed();
  if (replies === 'marked') return client.untilReply(MARKER);
  return client.repliesOf(replies);
}

async function ask(client: RawClient, args: readonly string[], replies: number): Promise<Buffer> {
  client.write(encodeCommand(args));
  return client.repliesOf(replies);
}

function fail(place: string, name: string, expected: Buffer, ours: Buffer): never {
  const message = [
    place,
    `  ${name} says:\n    ${showBytes(expected)}`,
    `  Redstart says:\n    ${showBytes(ours)}`,
  ];
  throw new assert.AssertionError({ message: message.join('\n'), stackStartFn: fail });
}
