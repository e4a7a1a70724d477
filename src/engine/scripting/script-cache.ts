// The scripts that are known, by the SHA-1 of their sources. Those that came with EVAL are the last
// 500 that ran; those of SCRIPT LOAD stay until SCRIPT FLUSH.
//
// A script is found by the bytes of its digest, as the client wrote them: no string is made.
//
// Invariants: each script is in `byHash` under the hash of its digest. `passing` are those that
// came with EVAL, the one that ran last at the end.
import { equalsIgnoreCase, latin1Bytes, lowerCase } from '../../domain/bytes/ascii.ts';
import { ZERO } from '../../domain/doubles.ts';
import type { CompiledScript } from './language.ts';

export const DIGEST_TEXT_SIZE = 40;
const PASSING_MAX = 500;
/** What a script takes besides its source, about. */
const SCRIPT_SIZE = 1024;

export class Script {
  /** Forty hexadecimal digits in lower case. */
  readonly digest: string;
  readonly digestBytes: Uint8Array;
  /** What it says of itself: bits of flags.ts. */
  readonly flags: number;
  readonly compiled: CompiledScript;
  readonly size: number;
  readonly hash: number;
  isLoaded = false;

  constructor(digest: string, flags: number, compiled: CompiledScript, sourceSize: number) {
    this.digest = digest;
    this.flags = flags;
    this.compiled = compiled;
    this.size = sourceSize + SCRIPT_SIZE;
    this.digestBytes = latin1Bytes(digest);
    this.hash = hashOf(this.digestBytes, 0);
  }

  /** What errors call it. */
  get name(): string {
    return this.digest;
  }
}

export class ScriptCache {
  /** Bytes that the scripts take, about: their sources stand for what they were compiled to. */
  size = ZERO;
  count = 0;
  private readonly byHash = new Map<number, Script[]>();
  private readonly passing = new Set<Script>();

  /** The script of a digest in bytes [start, end), in any case. */
  find(buffer: Uint8Array, start: number, end: number): Script | null {
    if (end - start !== DIGEST_TEXT_SIZE) return null;
    const scripts = this.byHash.get(hashOf(buffer, start));
    if (scripts === undefined) return null;
    for (const script of scripts) {
      if (equalsIgnoreCase(buffer, start, end, script.digestBytes)) return script;
    }
    return null;
  }

  add(script: Script): void {
    const scripts = this.byHash.get(script.hash);
    if (scripts === undefined) this.byHash.set(script.hash, [script]);
    else scripts.push(script);
    this.size += script.size;
    this.count++;
  }

  /** A script runs, or has come with EVAL: unless it was loaded, it is the last one to go. */
  use(script: Script): void {
    if (script.isLoaded) return;
    const { passing } = this;
    passing.delete(script);
    passing.add(script);
    if (passing.size <= PASSING_MAX) return;
    for (const oldest of passing) {
      this.remove(oldest);
      return;
    }
  }

  /** SCRIPT LOAD: it stays. */
  keep(script: Script): void {
    script.isLoaded = true;
    this.passing.delete(script);
  }

  clear(): void {
    this.byHash.clear();
    this.passing.clear();
    this.size = 0;
    this.count = 0;
  }

  private remove(script: Script): void {
    const scripts = this.byHash.get(script.hash) ?? [];
    scripts.splice(scripts.indexOf(script), 1);
    if (scripts.length === 0) this.byHash.delete(script.hash);
    this.passing.delete(script);
    this.size -= script.size;
    this.count--;
  }
}

/** Of the first eight digits, which are as good as any. */
function hashOf(buffer: Uint8Array, start: number): number {
  let hash = 0;
  for (let i = start; i < start + 8; i++) hash = (Math.imul(hash, 31) + lowerCase(buffer[i])) | 0;
  return hash;
}
