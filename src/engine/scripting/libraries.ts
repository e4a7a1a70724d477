// Libraries of functions, and their functions by name, in any case: a function is found by the
// bytes of its name, as the client wrote them, without a string.
//
// Invariants: the functions of all libraries in `byName`, and no others, are in `functions`, each
// under the hash of its name. No two of them have the same name.
import { equalsIgnoreCase, latin1Bytes, lowerCase } from '../../domain/bytes/ascii.ts';
import { ZERO } from '../../domain/doubles.ts';
import type { CompiledScript } from './language.ts';

/** What a library, or a function, takes besides its texts, about. */
const LIBRARY_SIZE = 1024;
const FUNCTION_SIZE = 256;
/** Longer names are told apart by these bytes and their lengths, and then by looking. */
const HASHED_MAX = 64;

export class LibraryFunction {
  readonly name: string;
  readonly description: string | null;
  /** Bits of flags.ts. */
  readonly flags: number;
  readonly compiled: CompiledScript;
  /** The name in lower case: it is called in any. */
  readonly word: string;
  readonly bytes: Uint8Array;

  constructor(name: string, description: string | null, flags: number, compiled: CompiledScript) {
    this.name = name;
    this.description = description;
    this.flags = flags;
    this.compiled = compiled;
    this.word = name.toLowerCase();
    this.bytes = latin1Bytes(this.word);
  }

  get size(): number {
    return FUNCTION_SIZE + this.name.length + (this.description?.length ?? 0);
  }
}

export class Library {
  readonly name: string;
  /** The source, with its first line. */
  readonly code: Uint8Array;
  readonly functions: readonly LibraryFunction[];
  readonly size: number;

  constructor(name: string, code: Uint8Array, functions: readonly LibraryFunction[]) {
    this.name = name;
    this.code = code;
    this.functions = functions;
    this.size = LIBRARY_SIZE + name.length + code.length;
    for (const { size } of functions) this.size += size;
  }
}

export class Libraries {
  /** Bytes that the libraries take, about: their sources stand for what they were compiled to. */
  size = ZERO;
  functionsCount = 0;
  private readonly byName = new Map<string, Library>();
  private readonly functions = new Map<number, LibraryFunction[]>();

  get count(): number {
    return this.byName.size;
  }

  all(): Iterable<Library> {
    return this.byName.values();
  }

  find(name: string): Library | null {
    return this.byName.get(name) ?? null;
  }

  /** The function whose name is bytes [start, end), in any case. */
  findFunction(buffer: Uint8Array, start: number, end: number): LibraryFunction | null {
    const functions = this.functions.get(hashOf(buffer, start, end));
    if (functions === undefined) return null;
    for (const found of functions) {
      if (equalsIgnoreCase(buffer, start, end, found.word)) return found;
    }
    return null;
  }

  /** The first function of a library whose name another library has. */
  collision(library: Library, replaced: Library | null): LibraryFunction | null {
    for (const registered of library.functions) {
      const { bytes } = registered;
      const other = this.findFunction(bytes, 0, bytes.length);
      if (other !== null && replaced?.functions.includes(other) !== true) return registered;
    }
    return null;
  }

  /** Adds a library that collides with no other. */
  add(library: Library): void {
    this.byName.set(library.name, library);
    for (const added of library.functions) {
      const hash = hashOf(added.bytes, 0, added.bytes.length);
      const functions = this.functions.get(hash);
      if (functions === undefined) this.functions.set(hash, [added]);
      else functions.push(added);
    }
    this.size += library.size;
    this.functionsCount += library.functions.length;
  }

  remove(library: Library): void {
    this.byName.delete(library.name);
    for (const removed of library.functions) {
      const hash = hashOf(removed.bytes, 0, removed.bytes.length);
      const functions = this.functions.get(hash) ?? [];
      functions.splice(functions.indexOf(removed), 1);
      if (functions.length === 0) this.functions.delete(hash);
    }
    this.size -= library.size;
    this.functionsCount -= library.functions.length;
  }

  clear(): void {
    this.byName.clear();
    this.functions.clear();
    this.size = 0;
    this.functionsCount = 0;
  }
}

/** Of the bytes in lower case. */
function hashOf(buffer: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  const hashedEnd = Math.min(end, start + HASHED_MAX);
  for (let i = start; i < hashedEnd; i++) hash = (Math.imul(hash, 31) + lowerCase(buffer[i])) | 0;
  return hash;
}
