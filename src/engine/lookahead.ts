// Looking ahead: a chunk often brings many requests. Before the first of a window of them runs,
// the keys of all are hashed, and the slots and records that they will need are read ahead in tight
// loops, so that the processor waits for many cache misses at once and not for one after the
// other. So are the elements of large collections that they will probably look for. Nothing is
// decided here: a request runs the same whether or not it was looked at.
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { NONE } from '../domain/memory/arena.ts';
import {
  KIND_HASH_TABLE,
  KIND_SET_TABLE,
  KIND_SORTED_SET_TREE,
  kindOf,
} from '../domain/memory/record.ts';
import { ElementTable } from '../domain/structures/elements/element-table.ts';
import { Elements, SET_SIZE_AT } from '../domain/structures/elements/elements.ts';
import { Roots } from '../domain/structures/root.ts';
import type { Command } from './command.ts';
import type { Request } from './request.ts';
import type { CommandTable } from './table.ts';

/** Requests that are parsed before the first of them runs. */
export const LOOKAHEAD_MAX = 16;
/** With fewer, the loops cost more than they save: bench/lookahead. */
const LOOKAHEAD_MIN = 3;
/** Smaller collections are in the cache, mostly, and the hash is computed once more for this. */
const LARGE_COUNT = 65_536;
/** Kinds with a table of elements, as bits. */
const TABLES = (1 << KIND_HASH_TABLE) | (1 << KIND_SET_TABLE) | (1 << KIND_SORTED_SET_TREE);

export class Lookahead {
  /** The commands of the requests that prepare() looked at; null where there is none. */
  readonly found: (Command | null)[] = new Array<Command | null>(LOOKAHEAD_MAX).fill(null);
  private readonly commands: CommandTable<Command>;
  private readonly keyspace: Keyspace;
  private readonly hashes = new Int32Array(LOOKAHEAD_MAX);
  private readonly refs = new Int32Array(LOOKAHEAD_MAX);
  private readonly roots = new Int32Array(LOOKAHEAD_MAX);
  /** Reads tables alone, which are alike for all layouts of elements. */
  private readonly table: ElementTable;
  /** Fewer requests are not worth a call of prepare(). A benchmark changes it. */
  requestsMin = LOOKAHEAD_MIN;
  /** The members of smaller collections are not looked for. A test changes it. */
  largeCount = LARGE_COUNT;

  constructor(commands: CommandTable<Command>, keyspace: Keyspace) {
    this.commands = commands;
    this.keyspace = keyspace;
    const { arena, hashKey } = keyspace;
    const roots = new Roots(arena);
    this.table = new ElementTable(new Elements(arena, hashKey, SET_SIZE_AT), roots);
  }

  /** Prepares requests [0, count) of a session that works on database `index`. */
  prepare(requests: readonly Request[], count: number, index: number): void {
    const { keyspace, hashes, refs, found } = this;
    let keys = 0;
    for (let i = 0; i < count; i++) {
      const request = requests[i];
      found[i] = null;
      request.keyStart = -1;
      if (request.count === 0) continue;
      const { buffer, starts, ends } = request;
      const command = this.commands.find(buffer, starts[0], ends[0]);
      found[i] = command;
      if (command === null || command.firstKey === 0) continue;
      const key = command.firstKey;
      if (key >= request.count) continue;
      const hash = keyspace.keys.hash(buffer, starts[key], ends[key]);
      request.keyStart = starts[key];
      request.keyHash = hash;
      hashes[keys++] = hash;
    }
    const { dict } = keyspace.databases[index];
    dict.prefetchSlots(hashes, keys);
    dict.guess(hashes, keys, refs);
    const kinds = keyspace.records.prefetch(refs, keys);
    if ((kinds & TABLES) !== 0) this.prepareMembers(requests, count);
  }

  /** Reads ahead the members or fields that requests name first, of large collections. */
  private prepareMembers(requests: readonly Request[], count: number): void {
    const { keyspace, hashes, refs, roots, found, table } = this;
    let members = 0;
    for (let i = 0, keys = 0; i < count; i++) {
      const { keyStart, buffer, starts, ends, count: words } = requests[i];
      if (keyStart < 0) continue;
      const ref = refs[keys++];
      if (ref === NONE) continue;
      const kind = kindOf(keyspace.arena, ref);
      if (((1 << kind) & TABLES) === 0) continue;
      const root = keyspace.records.valueBlock(ref);
      if (table.count(root) < this.largeCount) continue;
      // The first one behind the key, but that ZADD and ZINCRBY have a number before it.
      const key = found[i]?.firstKey ?? 0;
      const member = kind === KIND_SORTED_SET_TREE && words === key + 3 ? key + 2 : key + 1;
      if (member >= words) continue;
      hashes[members] = keyspace.keys.compute(buffer, starts[member], ends[member]);
      roots[members++] = root;
    }
    table.prefetch(roots, hashes, members, refs);
  }

  /** What was prepared has run: the buffer may hold other bytes from here on. */
  end(): void {
    this.keyspace.keys.hint(null, -1, 0);
  }
}
