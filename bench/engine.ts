// The engine in this process: a server and one connection of it on a socket that swallows
// everything, and prepared chunks of pipelined commands for it. All as in src/main/instance.ts, but
// for the network.
import { makeLuaScripts } from '../src/adapters/lua/scripts.ts';
import { DumpPayloads } from '../src/adapters/rdb/dump-payloads.ts';
import { RdbFiles } from '../src/adapters/rdb/files.ts';
import { RequestParser, Resp } from '../src/adapters/resp/language.ts';
import { Connection } from '../src/adapters/wire/connection.ts';
import type { Socket } from '../src/adapters/wire/socket.ts';
import { ALL_COMMANDS } from '../src/commands/all.ts';
import type { Timer } from '../src/engine/ports.ts';
import { Server } from '../src/engine/server.ts';
import { Settings } from '../src/engine/settings/settings.ts';
import { SystemClock } from '../src/infrastructure/clock.ts';
import { SystemDisk } from '../src/infrastructure/disk.ts';
import { ProcessDirectory } from '../src/infrastructure/files.ts';
import { ProcessHost } from '../src/infrastructure/host.ts';
import { SystemRandom } from '../src/infrastructure/random.ts';
import { fill, setTemplate, type Template, writeDigits } from './loader.ts';

export interface Engine {
  readonly server: Server;
  /** Executes all requests of a chunk. */
  receive(chunk: Uint8Array): void;
  /** What the socket has swallowed. */
  readonly socket: { taken: number };
}

const FILL_COMMANDS = 500;

/** The real time, but what is to happen at once waits until it is asked for: nothing else runs. */
class LoopClock extends SystemClock {
  private due: (() => void)[] = [];

  override schedule(delayMs: number, callback: () => void): Timer {
    if (delayMs > 0) return super.schedule(delayMs, callback);
    this.due.push(callback);
    const cancel = (): void => {
      this.due = this.due.filter((other) => other !== callback);
    };
    return { cancel };
  }

  runDue(): void {
    while (this.due.length > 0) for (const callback of this.due.splice(0)) callback();
  }
}

export function makeEngine(): Engine {
  const clock = new LoopClock();
  const server = new Server({
    clock,
    random: new SystemRandom(),
    log: { write: () => {} },
    host: new ProcessHost(''),
    settings: new Settings(new ProcessDirectory()),
    commands: ALL_COMMANDS,
    dumpCodec: (keyspace, live) => new DumpPayloads(keyspace, live),
    disk: new SystemDisk(),
    rdbFormat: (keyspace, live) => new RdbFiles(keyspace, live.collections),
    scripts: makeLuaScripts,
    version: 'bench',
  });
  const origin = {
    address: '127.0.0.1:50001',
    localAddress: '127.0.0.1:6379',
    isUnixSocket: false,
    isLocal: true,
    descriptor: 9,
  };
  const socket = new SwallowingSocket();
  const connection = new Connection(server, socket, origin, new Resp(new RequestParser()));
  // After a batch that was slow, if only for lack of a processor, commands are timed one by one for
  // a while: that is not to be measured here.
  connection.receive(Buffer.from('CONFIG SET slowlog-log-slower-than -1\r\n'));
  const receive = (chunk: Uint8Array): void => {
    connection.receive(chunk);
    // A chunk that takes longer than a turn goes on in the next one.
    clock.runDue();
  };
  return { server, receive, socket };
}

/** Sets keys [0, keys). */
export function fillEngine(engine: Engine, template: Template, keys: number): void {
  for (let first = 0; first < keys; first += FILL_COMMANDS) {
    const commands = Math.min(FILL_COMMANDS, keys - first);
    const chunk = Buffer.allocUnsafe(commands * template.bytes.length);
    fill(chunk, template, first, commands);
    engine.receive(chunk);
  }
  const { count } = engine.server.keyspace.databases[0].dict;
  if (count < keys) throw new Error(`${count} keys were set and not ${keys}`);
}

/** The template of the keys that the microbenchmarks use: 16 bytes each, with 16-byte values. */
export const KEYS = setTemplate('key:');

/** Chunks of `pipeline` commands each, for random keys, and scores, of [0, keys). */
export function makeChunks(
  template: Template,
  chunksCount: number,
  pipeline: number,
  keys: number,
): Uint8Array[] {
  const size = template.bytes.length;
  const all = Buffer.alloc(chunksCount * pipeline * size);
  for (let i = 0; i < chunksCount * pipeline; i++) {
    all.set(template.bytes, i * size);
    writeDigits(all, i * size + template.keyLast, Math.floor(Math.random() * keys));
    if (template.deadlineLast < 0) continue;
    writeDigits(all, i * size + template.deadlineLast, Math.floor(Math.random() * keys));
  }
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < chunksCount; i++) {
    chunks.push(all.subarray(i * pipeline * size, (i + 1) * pipeline * size));
  }
  return chunks;
}

/** Hands chunks [0, count) to the connection, going round. Returns ns. */
export function runChunks(engine: Engine, chunks: readonly Uint8Array[], count: number): number {
  const beginMs = performance.now();
  for (let i = 0, at = 0; i < count; i++) {
    engine.receive(chunks[at]);
    if (++at === chunks.length) at = 0;
  }
  return (performance.now() - beginMs) * 1e6;
}

class SwallowingSocket implements Socket {
  readonly pendingSize = 0;
  taken = 0;

  send(_bytes: Uint8Array, size: number): boolean {
    this.taken += size;
    return true;
  }

  lookAhead(): number {
    return 0;
  }

  sendTogether(pieces: readonly Uint8Array[]): boolean {
    for (const piece of pieces) this.taken += piece.length;
    return true;
  }

  readInto(): void {}

  pauseReading(): void {}

  resumeReading(): void {}

  end(): void {
    throw new Error('the server has ended the connection');
  }

  destroy(): void {
    throw new Error('the server has closed the connection');
  }
}
