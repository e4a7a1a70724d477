// What a script says of itself in its first line, `#!lua flags=no-writes,allow-oom`, as bits.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { splitArgs } from '../../domain/bytes/split-args.ts';

export const NO_WRITES = 1 << 0;
export const ALLOW_OOM = 1 << 1;
const ALLOW_STALE = 1 << 2;
const NO_CLUSTER = 1 << 3;
const ALLOW_CROSS_SLOT_KEYS = 1 << 4;
/** Says nothing: then each command that it calls is looked at, and nothing before. */
export const UNDECLARED = 1 << 5;

/** Replicas and clusters are yet to come: three of them have no effect. */
const FLAGS: Readonly<Record<string, number>> = {
  'no-writes': NO_WRITES,
  'allow-oom': ALLOW_OOM,
  'allow-stale': ALLOW_STALE,
  'no-cluster': NO_CLUSTER,
  'allow-cross-slot-keys': ALLOW_CROSS_SLOT_KEYS,
};

/** The bit of a flag; 0 if there is none of that name. */
export function flagOf(name: string): number {
  return Object.hasOwn(FLAGS, name) ? FLAGS[name] : 0;
}

/** The names of the flags in these bits, in Redis's order. */
export function flagNames(flags: number): string[] {
  return Object.keys(FLAGS).filter((name) => (flags & FLAGS[name]) !== 0);
}

const HASH = 35;
const EXCLAMATION = 33;
const LF = 10;
const OPTION = 'flags=';

export interface Declared {
  readonly flags: number;
  /** Where the source begins: what stands before it is not the language's. */
  readonly sourceStart: number;
}

/** What the first line of a script in bytes [start, end) says; a text says what is wrong. */
export function declaredIn(buffer: Uint8Array, start: number, end: number): Declared | string {
  if (buffer[start] !== HASH || buffer[start + 1] !== EXCLAMATION || end - start < 2) {
    return { flags: UNDECLARED, sourceStart: start };
  }
  const lineEnd = buffer.subarray(start, end).indexOf(LF);
  if (lineEnd < 0) return 'ERR Invalid script shebang';
  const words = splitArgs(buffer, start, start + lineEnd)?.map(textOf) ?? [];
  if (words.length === 0) return 'ERR Invalid engine in script shebang';
  const [engine, ...options] = words;
  if (engine !== '#!lua') return `ERR Unexpected engine in script shebang: ${engine}`;
  let flags = 0;
  for (const option of options) {
    if (!option.startsWith(OPTION)) return `ERR Unknown lua shebang option: ${option}`;
    const names = option.slice(OPTION.length);
    if (names === '') continue;
    for (const name of names.split(',')) {
      const flag = flagOf(name);
      if (flag === 0) return `ERR Unexpected flag in script shebang: ${name}`;
      flags |= flag;
    }
  }
  return { flags, sourceStart: start + lineEnd };
}

function textOf(word: Uint8Array): string {
  return latin1Text(word, 0, word.length);
}
