// The data that a server under test begins with: an object, command lines, or an RDB file.
//
// What comes is what clients could have brought: an object and lines are commands, in their order,
// and a file is read as at a start. One that is damaged, or a line that fails, is an error which
// says where.
import { readFile } from 'node:fs/promises';
import { splitArgs } from '../../domain/bytes/split-args.ts';
import type { DiskFile } from '../../engine/disk.ts';
import type { Server } from '../../engine/server.ts';
import { BytesFile } from '../../infrastructure/bytes-file.ts';
import { errorWords } from '../../infrastructure/system-error.ts';
import type { Argument } from '../embed/api.ts';
import { RedstartError } from '../embed/errors.ts';
import type { Seed, SeedItem, SeedValue } from './api.ts';

/** Calls a command of the server. */
export type Caller = (name: string, ...args: Argument[]) => Promise<unknown>;

interface Line {
  /** Where it stands, for errors. */
  readonly place: string;
  readonly words: readonly Argument[];
}

/** Items that go into one command, and commands that are under way at once. */
const ITEMS_MAX = 1000;
const LINES_MAX = 1000;
const RDB_MAGIC = 'REDIS';
/** The name of what is no file. */
const OF_BYTES = 'data';
const LINE_END = 0x0a;
const HASH_SIGN = 0x23;

/** Gives a server its first data, or rejects with a RedstartError. */
export async function plant(server: Server, call: Caller, data: Seed): Promise<void> {
  if (typeof data === 'string') return plantBytes(server, call, await contentOf(data), data);
  if (data instanceof Uint8Array) return plantBytes(server, call, data, OF_BYTES);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw badData(NO_SEED);
  await run(call, linesOf(data));
}

async function plantBytes(
  server: Server,
  call: Caller,
  bytes: Uint8Array,
  name: string,
): Promise<void> {
  const magic = Buffer.from(bytes.subarray(0, RDB_MAGIC.length)).toString('latin1');
  if (magic === RDB_MAGIC) return load(server, new BytesFile(name, bytes));
  await run(call, linesIn(bytes, name));
}

/** Reads an RDB file while everything waits. */
function load(server: Server, file: DiskFile): void {
  if (server.journal.isOn) {
    throw badData(`${file.path}: an RDB file is for a server whose data is in memory alone`);
  }
  const loading = server.persistence.read(file, { keepsDue: false, replaces: true });
  while (loading.run(Number.POSITIVE_INFINITY));
  server.alarm.wakeIn(0);
  if (loading.problem === '') return;
  throw new RedstartError('ERR_DATA', `${file.path}: ${loading.problem}`, {
    file: file.path === OF_BYTES ? '' : file.path,
    offset: loading.position,
    advice: "'redstart check-rdb FILE' says how far a file is intact",
  });
}

async function contentOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw badData(`${path}: ${errorWords(error)}`);
  }
}

/** Runs lines in their order, many at a time. */
async function run(call: Caller, lines: Iterable<Line>): Promise<void> {
  let hasSelected = false;
  let batch: { readonly place: string; readonly reply: Promise<unknown> }[] = [];
  const settle = async (): Promise<void> => {
    const replies = await Promise.allSettled(batch.map(({ reply }) => reply));
    const failed = replies.findIndex(({ status }) => status === 'rejected');
    if (failed >= 0) {
      const { reason } = replies[failed] as PromiseRejectedResult;
      throw badData(`${batch[failed].place}: ${(reason as Error).message}`);
    }
    batch = [];
  };
  for (const { place, words } of lines) {
    const name = Buffer.from(words[0] as Uint8Array).toString();
    hasSelected ||= name.toLowerCase() === 'select';
    batch.push({ place, reply: call(name, ...words.slice(1)) });
    if (batch.length === LINES_MAX) await settle();
  }
  await settle();
  // Calls share a connection: the next ones are to be in the first database, as ever.
  if (hasSelected) await call('SELECT', 0);
}

/** The lines of a text, as redis-cli takes them; those that begin with # are comments. */
function* linesIn(bytes: Uint8Array, name: string): Generator<Line> {
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LINE_END, start);
    const end = found < 0 ? bytes.length : found;
    const place = `${name}:${++number}`;
    const words = splitArgs(bytes, start, end);
    if (words === null) throw badData(`${place}: a quote is not closed`);
    if (words.length > 0 && words[0][0] !== HASH_SIGN) yield { place, words };
    start = end + 1;
  }
}

function* linesOf(data: Readonly<Record<string, SeedValue>>): Generator<Line> {
  for (const [key, value] of Object.entries(data)) {
    const place = `data['${key}']`;
    if (isItem(value)) {
      yield { place, words: [Buffer.from('SET'), key, value] };
      continue;
    }
    const [name, items] = itemsOf(value, place);
    for (let at = 0; at < items.length; at += ITEMS_MAX) {
      yield { place, words: [Buffer.from(name), key, ...items.slice(at, at + ITEMS_MAX)] };
    }
  }
}

/** The command that makes a collection, and its arguments. */
function itemsOf(value: SeedValue, place: string): [name: string, items: SeedItem[]] {
  if (value instanceof Map) {
    const scored = [...(value as ReadonlyMap<SeedItem, number>)];
    if (scored.some(([, score]) => typeof score !== 'number')) {
      throw badData(`${place}: a Map is a sorted set, from members to scores; hashes are objects`);
    }
    return ['ZADD', scored.flatMap(([member, score]) => [scoreOf(score), checked(member, place)])];
  }
  if (value instanceof Set) return ['SADD', Array.from(value, (item) => checked(item, place))];
  if (Array.isArray(value)) return ['RPUSH', value.map((item) => checked(item, place))];
  if (typeof value !== 'object' || value === null) throw badData(`${place}: ${NO_VALUE}`);
  const fields = Object.entries(value as Readonly<Record<string, SeedItem>>);
  return ['HSET', fields.flatMap(([field, item]) => [field, checked(item, place)])];
}

function scoreOf(score: number): SeedItem {
  return Number.isFinite(score) ? score : String(score).replace('Infinity', 'inf');
}

function checked(item: SeedItem, place: string): SeedItem {
  if (isItem(item)) return item;
  throw badData(`${place}: ${NO_ITEM}`);
}

function isItem(value: unknown): value is SeedItem {
  return typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array;
}

function badData(message: string): RedstartError {
  return new RedstartError('ERR_DATA', message);
}

const NO_SEED = 'data is an object of keys, or a file of commands or an RDB file: path or bytes';
const NO_ITEM = 'an item is a string, a number or bytes';
const NO_VALUE =
  'a value is a string, a number or bytes, an array (list), a Set, a Map (sorted set: scores by ' +
  'member) or an object (hash)';
