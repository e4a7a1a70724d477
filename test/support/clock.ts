// A server of its own for unit tests: the engine with all commands, no sockets, a clock that
// stands still until it is told to go on, seeded randomness, and memory that catches its misuse.
//
//   const { server, session, clock } = makeServer();
//   call(server, session, 'SET k v PX 10');   // '+OK\r\n'
//   clock.advance(10);
//   call(server, session, 'GET k');           // '$-1\r\n'
import assert from 'node:assert/strict';
import { makeLuaScripts } from '../../src/adapters/lua/scripts.ts';
import { DumpPayloads } from '../../src/adapters/rdb/dump-payloads.ts';
import { RdbFiles } from '../../src/adapters/rdb/files.ts';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { splitArgs } from '../../src/domain/bytes/split-args.ts';
import type { ArenaOptions } from '../../src/domain/memory/arena.ts';
import type { CommandDeclaration } from '../../src/engine/command.ts';
import type { Disk } from '../../src/engine/disk.ts';
import { execute } from '../../src/engine/execute.ts';
import type { Clock, Host, Log, LogLevel, Output, Timer } from '../../src/engine/ports.ts';
import { Request } from '../../src/engine/request.ts';
import { Server } from '../../src/engine/server.ts';
import type { Session } from '../../src/engine/session.ts';
import { Settings } from '../../src/engine/settings/settings.ts';
import { ForgetfulDisk } from './disk.ts';
import { SeededRandom } from './random.ts';

/** Where a manual clock stands at first: 2026-11-20 10:00:00 UTC. */
export const START_MS = 1795168800000;
/** verify() walks everything after each call, as long as there are no more keys than this. */
const VERIFY_KEYS_MAX = 300;

interface ManualTimer extends Timer {
  dueUs: number;
  callback: () => void;
}

/** Time that passes only in advance(). Timers fire there, the earliest first, then the oldest. */
export class ManualClock implements Clock {
  /** What each look at the monotonic clock takes: then work has a duration. */
  lookUs = 0;
  readonly isMoved = false;
  readonly monotonic = { now: (): number => this.monotonicUs() / 1000 };
  /** Of the monotonic clock. */
  private us = 0;
  /** What the wall clock is ahead of it. */
  private aheadUs = START_MS * 1000;
  private timers: ManualTimer[] = [];

  nowMs(): number {
    return Math.floor(this.nowUs() / 1000);
  }

  nowUs(): number {
    return this.us + this.aheadUs;
  }

  monotonicUs(): number {
    this.us += this.lookUs;
    return this.us;
  }

  elapsedUs(): number {
    return this.us;
  }

  scheduleElapsed(delayMs: number, callback: () => void): Timer {
    return this.schedule(delayMs, callback);
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer: ManualTimer = {
      dueUs: this.us + Math.max(0, delayMs) * 1000,
      callback,
      cancel: () => {
        this.timers = this.timers.filter((other) => other !== timer);
      },
    };
    this.timers.push(timer);
    return timer;
  }

  /** Lets `ms` pass; timers that fall due see the time at which they are due. */
  advance(ms: number): void {
    const endUs = this.us + ms * 1000;
    for (let firings = 0; ; firings++) {
      assert.ok(firings < 1e6, 'a timer schedules itself again and again without delay');
      const next = this.earliest();
      if (next === null || next.dueUs > endUs) break;
      next.cancel();
      this.us = Math.max(this.us, next.dueUs);
      next.callback();
    }
    // What was called back may have slept beyond the end.
    this.us = Math.max(this.us, endUs);
  }

  /** Somebody sets the wall clock, by so many ms forth or back. Nothing fires. */
  step(ms: number): void {
    this.aheadUs += ms * 1000;
  }

  /** Time passes in which nothing can fire, since something blocks. */
  block(ms: number): void {
    this.us += ms * 1000;
  }

  get timersCount(): number {
    return this.timers.length;
  }

  private earliest(): ManualTimer | null {
    let first: ManualTimer | null = null;
    for (const timer of this.timers) {
      if (first === null || timer.dueUs < first.dueUs) first = timer;
    }
    return first;
  }
}

/** A log that can be read. */
class RecordedLog implements Log {
  readonly lines: string[] = [];

  write(level: LogLevel, message: string): void {
    this.lines.push(`${level}: ${message}`);
  }
}

/** The way out of a connection that is none; what was pushed to it can be read. */
export class RecordedOutput implements Output {
  sent = '';
  pendingSize = 0;
  queryUsedSize = 0;
  queryBufferSize = 0;
  argumentsSize = 0;
  argumentsRoom = 0;
  /** Writes that pushes were. */
  pushes = 0;
  isEnded = false;
  isDestroyed = false;
  /** Its replies wait for the disk. */
  isHeld = false;
  resumes = 0;
  /** Requests that were blocked and are answered. */
  answers = 0;

  push(bytes: Uint8Array): void {
    this.pushes++;
    this.sent += Buffer.from(bytes).toString('latin1');
  }

  lookAhead(): number {
    return 0;
  }

  closeAfterReply(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  tick(): void {}

  resume(): void {
    this.resumes++;
  }

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
  }

  answer(pieces: readonly Uint8Array[]): void {
    this.answers++;
    for (const piece of pieces) this.sent += Buffer.from(piece).toString('latin1');
  }
}

export interface TestServer {
  server: Server;
  clock: ManualClock;
  random: SeededRandom;
  log: RecordedLog;
  settings: Settings;
  /** Reads what has come on open connections, while a script runs long. */
  readOpen: () => boolean;
  /** A first connection. */
  session: Session;
  output: RecordedOutput;
}

/**
 * Makes a server with all commands, and `more`. `config` is set first: `{ maxmemory: '1mb' }`.
 */
export function makeServer(
  config: Readonly<Record<string, string>> = {},
  seed = 1,
  memory: ArenaOptions = {},
  more: readonly CommandDeclaration[] = [],
  disk: Disk = new ForgetfulDisk(),
): TestServer {
  const clock = new ManualClock();
  const random = new SeededRandom(seed);
  const log = new RecordedLog();
  const settings = new Settings();
  for (const [name, value] of Object.entries(config)) {
    assert.equal(settings.load(name, value.split(' ')), null, name);
  }
  const server = new Server({
    clock,
    random,
    log,
    host: fakeHost(clock),
    settings,
    // The very list, of which servers share what follows from it.
    commands: more.length === 0 ? ALL_COMMANDS : [...ALL_COMMANDS, ...more],
    dumpCodec: (keyspace, live) => new DumpPayloads(keyspace, live),
    disk,
    rdbFormat: (keyspace, live) => new RdbFiles(keyspace, live.collections),
    scripts: makeLuaScripts,
    readOpen: () => made.readOpen(),
    version: '0.0.0',
    memory: { poison: true, ...memory },
  });
  const { session, output } = connect(server);
  const readOpen = (): boolean => false;
  const made: TestServer = { server, clock, random, log, settings, session, output, readOpen };
  return made;
}

/** One more connection. */
export function connect(server: Server): { session: Session; output: RecordedOutput } {
  const output = new RecordedOutput();
  const origin = {
    address: '127.0.0.1:50000',
    localAddress: '127.0.0.1:6379',
    isUnixSocket: false,
    isLocal: true,
    descriptor: 8,
  };
  const session = server.connect(origin, output);
  assert.ok(typeof session !== 'string', String(session));
  return { session, output };
}

/**
 * Runs one command line (quotes and escapes as in an inline command, or the arguments) as a batch
 * of its own and returns the raw reply as latin1 text; '' when it is not answered or held back.
 */
export function call(server: Server, session: Session, line: string | readonly string[]): string {
  const request = requestOf(line);
  server.reply.resp3 = session.protocol === 3;
  server.turn.begin(session);
  execute(server, session, request);
  server.turn.end(session, request.buffer, 0);
  // There are no others whose turn would come.
  server.pushes.deliver();
  const { keyspace } = server;
  const isRead = keyspace.arena.past !== null; // Then blocks may wait that nobody else reaches.
  if (!isRead && keysCount(server) <= VERIFY_KEYS_MAX) keyspace.verify();
  return Buffer.from(server.reply.take()).toString('latin1');
}

function requestOf(line: string | readonly string[]): Request {
  if (typeof line !== 'string') {
    return Request.of(line.map((word) => Buffer.from(word, 'latin1')));
  }
  const bytes = Buffer.from(line, 'latin1');
  const words = splitArgs(bytes, 0, bytes.length);
  assert.ok(words !== null && words.length > 0, `not a command line: ${line}`);
  return Request.of(words);
}

function keysCount(server: Server): number {
  let count = 0;
  for (const { dict } of server.keyspace.databases) count += dict.count;
  return count;
}

function fakeHost(clock: ManualClock): Host {
  return {
    pid: 4711,
    executable: '/usr/bin/redstart',
    configFile: '',
    operatingSystem: 'Linux 6.1.0 x86_64',
    architectureBits: 64,
    runtimeVersion: '20.0.0',
    residentSize: () => 50e6,
    heapSizes: () => ({ used: 5e6, total: 10e6, max: 4e9 }),
    liveHeapSize: () => 5e6,
    latin1Text: (bytes, start, end) => Buffer.from(bytes.subarray(start, end)).toString('latin1'),
    writeLatin1: (text, bytes, at) => bytes.set(Buffer.from(text, 'latin1'), at),
    systemMemorySize: 8e9,
    processorSeconds: () => ({ user: 1, system: 0.5 }),
    sleep: (microseconds) => clock.block(microseconds / 1000),
    updateConfigFile: () => null,
  };
}
