// Looking ahead: a chunk often brings many requests. Before the first of a window of them runs,
// the keys of all are hashed, and the slots and records that they will need are read ahead in tight
// loops, so that the processor waits for many cache misses at once and not for one after the
// other. Nothing is decided here: a request runs the same whether or not it was looked at.
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import type { Command } from './command.ts';
import type { Request } from './request.ts';
import type { CommandTable } from './table.ts';

/** Requests that are parsed before the first of them runs. */
export const LOOKAHEAD_MAX = 16;
/** With fewer, the loops cost more than they save: bench/lookahead. */
const LOOKAHEAD_MIN = 3;

export class Lookahead {
  /** The commands of the requests that prepare() looked at; null where there is none. */
  readonly found: (Command | null)[] = new Array<Command | null>(LOOKAHEAD_MAX).fill(null);
  private readonly commands: CommandTable<Command>;
  private readonly keyspace: Keyspace;
  private readonly hashes = new Int32Array(LOOKAHEAD_MAX);
  private readonly refs = new Int32Array(LOOKAHEAD_MAX);
  /** Fewer requests are not worth a call of prepare(). A benchmark changes it. */
  requestsMin = LOOKAHEAD_MIN;

  constructor(commands: CommandTable<Command>, keyspace: Keyspace) {
    this.commands = commands;
    this.keyspace = keyspace;
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
    keyspace.records.prefetch(refs, keys);
  }

  /** What was prepared has run: the buffer may hold other bytes from here on. */
  end(): void {
    this.keyspace.keys.hint(null, -1, 0);
  }
}
