// The manifest: which files the journal is made of, in which order, as Redis 7 writes it down, a
// line a file:
//
//   file appendonly.aof.2.base.rdb seq 2 type b     the data at some moment: at most one
//   file appendonly.aof.1.incr.aof seq 1 type h     history: nobody needs it, and it may be gone
//   file appendonly.aof.2.incr.aof seq 2 type i     what came later, in the order of the numbers
//
// Pairs of other names are skipped, and so are lines that begin with #. Names with blanks, quotes
// or bytes that cannot be printed stand in double quotes.
import { latin1Bytes, latin1Text } from '../../domain/bytes/ascii.ts';
import { quoteBytes, splitArgs } from '../../domain/bytes/split-args.ts';

/** Bytes of a line, its end included. */
const LINE_SIZE_MAX = 1024;
/** `file`, `seq` and `type` with what they say. */
const WORDS_MIN = 6;
/** Redis writes such a name in quotes. */
const NEEDS_QUOTES = /[\\"' \n\r\t\x07\b]|[^\x20-\x7e]/;
const INVALID = 'Invalid AOF manifest file format';

/** One file. */
export interface Part {
  readonly name: string;
  readonly sequence: number;
}

export interface Manifest {
  readonly base: Part | null;
  readonly history: readonly Part[];
  readonly increments: readonly Part[];
}

export const NO_PARTS: Manifest = { base: null, history: [], increments: [] };

/** The text is no manifest. */
export class ManifestError extends Error {
  /** From 1; 0 where it is no line's. */
  readonly line: number;
  readonly text: string;

  constructor(reason: string, line = 0, text = '') {
    super(reason);
    this.line = line;
    this.text = text;
  }
}

export function manifestText({ base, history, increments }: Manifest): string {
  const lines: string[] = [];
  if (base !== null) lines.push(lineOf(base, 'b'));
  for (const part of history) lines.push(lineOf(part, 'h'));
  for (const part of increments) lines.push(lineOf(part, 'i'));
  return lines.join('');
}

/** Throws ManifestError. Texts are latin1. */
export function parseManifest(text: string): Manifest {
  if (text === '') throw new ManifestError('Found an empty AOF manifest');
  let base: Part | null = null;
  const history: Part[] = [];
  const increments: Part[] = [];
  const lines = text.split('\n');
  const isWhole = lines.pop() === '';
  for (let i = 0; i < lines.length + (isWhole ? 0 : 1); i++) {
    const line = lines[i];
    const fail = (reason: string): never => {
      throw new ManifestError(reason, i + 1, line ?? text.slice(text.lastIndexOf('\n') + 1));
    };
    if (line === undefined) return fail('The AOF manifest file contains an unfinished line');
    if (line.length >= LINE_SIZE_MAX) fail('The AOF manifest file contains too long line');
    if (line.startsWith('#')) continue;
    const { part, type } = parseLine(line) ?? fail(INVALID);
    if (/[/\\]/.test(part.name)) fail("File can't be a path, just a filename");
    if (type === 'b') {
      if (base !== null) fail('Found duplicate base file information');
      base = part;
    } else if (type === 'h') {
      history.push(part);
    } else if (type === 'i') {
      const last = increments.at(-1)?.sequence ?? 0;
      if (part.sequence <= last) fail('Found a non-monotonic sequence number');
      increments.push(part);
    } else fail('Unknown AOF file type');
  }
  return { base, history, increments };
}

/** Null: it is malformed. */
function parseLine(line: string): { part: Part; type: string } | null {
  const bytes = latin1Bytes(line.trim());
  const words = splitArgs(bytes, 0, bytes.length);
  if (words === null || words.length < WORDS_MIN || words.length % 2 !== 0) return null;
  const values = new Map<string, string>();
  for (let i = 0; i < words.length; i += 2) {
    values.set(textOf(words[i]).toLowerCase(), textOf(words[i + 1]));
  }
  const name = values.get('file') ?? '';
  const sequence = Number(values.get('seq') ?? '0');
  const type = values.get('type') ?? '';
  if (name === '' || type === '' || !Number.isSafeInteger(sequence) || sequence <= 0) return null;
  return { part: { name, sequence }, type };
}

function lineOf({ name, sequence }: Part, type: string): string {
  const bytes = latin1Bytes(name);
  const word = NEEDS_QUOTES.test(name) ? quoteBytes(bytes, 0, bytes.length) : name;
  return `file ${word} seq ${sequence} type ${type}\n`;
}

function textOf(bytes: Uint8Array): string {
  return latin1Text(bytes, 0, bytes.length);
}
