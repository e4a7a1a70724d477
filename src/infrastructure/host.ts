// The process that the server lives in, and what it sees of its machine.
import { machine, release, totalmem, type } from 'node:os';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Host } from '../engine/ports.ts';
import { absolutePath, readText, replaceFile, toLatin1 } from './files.ts';
import { codeWords } from './system-error.ts';

/** What Buffers convert with: it works on all bytes, and makes no Buffer of them. */
interface Conversions {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, at: number, size: number): number;
}

const { latin1Slice, latin1Write } = Buffer.prototype as unknown as Conversions;

/**
 * V8 counts in its limit the room of young objects, three times the largest semi-space: 16 MB each,
 * from V8 13 on 64 MB. What lives on has the rest, which is what --max-old-space-size says.
 */
const YOUNG_SIZE = (Number.parseInt(process.versions.v8, 10) >= 13 ? 192 : 48) * 2 ** 20;

const MICROSECONDS_PER_MS = 1000;
const MICROSECONDS_PER_SECOND = 1e6;

export class ProcessHost implements Host {
  readonly pid = process.pid;
  /** The program's file: what was started, not the runtime that runs it. */
  readonly executable = absolutePath(toLatin1(process.argv[1] ?? process.execPath));
  /** The absolute path of the configuration file; '' without one. */
  readonly configFile: string;
  readonly architectureBits = process.arch.endsWith('64') || process.arch === 's390x' ? 64 : 32;
  readonly runtimeVersion = process.version;
  /** V8's collector of garbage; made when it is wanted. */
  private collect: (() => void) | null = null;

  constructor(configFile: string) {
    this.configFile = configFile;
  }

  get operatingSystem(): string {
    return `${type()} ${release()} ${machine()}`;
  }

  get systemMemorySize(): number {
    return totalmem();
  }

  residentSize(): number {
    return process.memoryUsage.rss();
  }

  heapSizes(): { used: number; total: number; max: number } {
    const {
      used_heap_size: used,
      total_heap_size: total,
      heap_size_limit: limit,
    } = getHeapStatistics();
    // Whoever has set another semi-space keeps something, too.
    return { used, total, max: Math.max(limit - YOUNG_SIZE, limit / 4) };
  }

  liveHeapSize(): number {
    this.collect ??= garbageCollector();
    this.collect();
    return this.heapSizes().used;
  }

  latin1Text(bytes: Uint8Array, start: number, end: number): string {
    return latin1Slice.call(bytes, start, end);
  }

  writeLatin1(text: string, bytes: Uint8Array, at: number): void {
    latin1Write.call(bytes, text, at, text.length);
  }

  processorSeconds(): { user: number; system: number } {
    const usage = process.cpuUsage();
    return {
      user: usage.user / MICROSECONDS_PER_SECOND,
      system: usage.system / MICROSECONDS_PER_SECOND,
    };
  }

  sleep(microseconds: number): void {
    const never = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(never, 0, 0, microseconds / MICROSECONDS_PER_MS);
  }

  updateConfigFile(update: (oldText: string) => string): string | null {
    const { text, failure } = readText(this.configFile);
    // What is there and cannot be read must not be replaced by what would be written without it.
    if (failure !== '' && failure !== 'ENOENT') return codeWords(failure);
    return replaceFile(this.configFile, update(text));
  }
}

/** A context that is made under this flag has it as a global; all others stay as they are. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext("typeof gc === 'function' ? gc : () => {}") as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
