// What the process was started with, as bytes: latin1 texts, one character per byte. The runtime
// reads arguments and variables as UTF-8 and puts U+FFFD where they are not; a password would be
// another one. Linux keeps the bytes; where they cannot be had, the start is refused.
import { readFileSync } from 'node:fs';
import { fromLatin1, toLatin1 } from './files.ts';

const REPLACEMENT = '\ufffd';

/** The arguments behind the program's name; or the first one whose bytes are not known. */
export function programArguments(): string[] | { readonly unknown: string } {
  const args = process.argv.slice(2);
  const lossy = args.find((arg) => arg.includes(REPLACEMENT));
  if (lossy === undefined) return args.map(toLatin1);
  // In front of them stand the runtime, its options, and the program.
  const bytes = originalWords('/proc/self/cmdline').slice(-args.length);
  const isSame =
    bytes.length === args.length && args.every((arg, i) => fromLatin1(bytes[i]) === arg);
  return isSame ? bytes : { unknown: toLatin1(lossy) };
}

/** The variables whose names begin so, in whatever case; or the first whose bytes are not known. */
export function variables(prefix: string): Map<string, string> | { readonly unknown: string } {
  const known = new Map<string, string>();
  let original: Map<string, string> | null = null;
  for (const [name, value = ''] of Object.entries(process.env)) {
    if (!name.toUpperCase().startsWith(prefix)) continue;
    if (!value.includes(REPLACEMENT)) {
      known.set(toLatin1(name), toLatin1(value));
      continue;
    }
    original ??= new Map(originalWords('/proc/self/environ').map(splitAtEquals));
    const bytes = original.get(toLatin1(name));
    if (bytes === undefined || fromLatin1(bytes) !== value) return { unknown: toLatin1(name) };
    known.set(toLatin1(name), bytes);
  }
  return known;
}

/** What the kernel kept of the start: words, each with a NUL behind it. */
function originalWords(path: string): string[] {
  try {
    return readFileSync(path, 'latin1').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

function splitAtEquals(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
