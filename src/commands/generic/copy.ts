// COPY. A large value is copied in slices: the copy is of one moment, the end, and is there then.
import { OUT_OF_MEMORY, SAME_OBJECT, SYNTAX_ERROR } from '../../domain/errors.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import type { ValueInMaking } from '../../domain/keyspace/pending-frees.ts';
import { sizeOfEntry } from '../../domain/keyspace/size.ts';
import { copyEntry, enterCopy } from '../../domain/keyspace/transfer.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { kindOf } from '../../domain/memory/record.ts';
import { makeKinds } from '../../domain/values/all-kinds.ts';
import {
  type CommandEntry,
  type Context,
  DENYOOM,
  RUNS_IN_SLICES,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  integer,
  key,
  OW,
  optional,
  RO,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { WatchedKey } from '../../engine/watched-key.ts';
import { areSameKeys } from './keys.ts';

/** Values up to this size are copied at once. */
const SIZE_AT_ONCE = 64 * 1024;

const COPY: CommandEntry = {
  name: 'COPY',
  flags: WRITE | DENYOOM | RUNS_IN_SLICES,
  args: [
    key('source', RO | ACCESS),
    key('destination', OW | UPDATE),
    optional(integer('destination-db', { token: 'DB' })),
    optional(token('replace', 'REPLACE')),
  ],
  run: copy,
};

class CopyOptions {
  target: Database;
  replaces = false;

  constructor(target: Database) {
    this.target = target;
  }
}

function copy(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database } = context;
  const { buffer, starts, ends } = request;
  const options = readOptions(context, request, reply);
  if (isRefused(options)) return;
  const ref = keyspace.read(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.integer(0);
  const { target, replaces } = options;
  const present = keyspace.findToChange(target, buffer, starts[2], ends[2]);
  if (present !== NONE && !replaces) return reply.integer(0);
  if (isLarge(context, ref)) return runInSlices(context, new CopyWork(context, request), reply);
  copyEntry(keyspace, database, ref, target, present, buffer, starts[2], ends[2]);
  reply.integer(1);
}

function readOptions(context: Context, request: Request, reply: Reply): CopyOptions | Refused {
  const { keyspace, database } = context;
  const options = new CopyOptions(database);
  for (let i = 3; i < request.count; i++) {
    if (request.is(i, 'replace')) {
      options.replaces = true;
    } else if (request.is(i, 'db') && i + 1 < request.count) {
      const target = request.database(++i, keyspace.databases, reply);
      if (isRefused(target)) return target;
      options.target = target;
    } else {
      reply.error(SYNTAX_ERROR);
      return REFUSED;
    }
  }
  if (options.target !== database || !areSameKeys(request)) return options;
  reply.error(SAME_OBJECT);
  return REFUSED;
}

function isLarge({ keyspace, database }: Context, ref: number): boolean {
  const isOfBlocks = keyspace.kinds[kindOf(keyspace.arena, ref)] !== null;
  return isOfBlocks && sizeOfEntry(keyspace, database, ref) > SIZE_AT_ONCE;
}

/** A large value is copied in slices, begun anew when it changes. */
class CopyWork implements SlicedWork {
  readonly request: Request;
  private readonly context: Context;
  private readonly source: WatchedKey;
  private steps: Generator<number, number> | null = null;
  private making: ValueInMaking | null = null;
  private kind = 0;
  private hasRoom = true;

  constructor(context: Context, request: Request) {
    this.context = context;
    this.request = request.keep(context.keyspace.arena.large);
    this.source = new WatchedKey(context, request.copy(1));
  }

  step(): boolean {
    const { source, context } = this;
    if (source.takeChange()) this.drop();
    this.hasRoom = !context.keyspace.arena.isNearlyFull;
    let isDone = !this.hasRoom || source.ref === NONE;
    while (!isDone) {
      isDone = this.copySome(source.ref);
      if (!source.isRestless()) break;
    }
    if (isDone) source.forget();
    else source.watch();
    return isDone;
  }

  answer(reply: Reply): void {
    const { context, request, source } = this;
    const { keyspace, database } = context;
    const { buffer, starts, ends } = request;
    if (!this.hasRoom) {
      this.drop();
      return reply.error(OUT_OF_MEMORY);
    }
    if (source.ref === NONE) return reply.integer(0);
    // Somebody may have swapped the databases, or made the key.
    const options = readOptions(context, request, reply);
    if (isRefused(options)) return this.drop();
    const { target, replaces } = options;
    const present = keyspace.findToChange(target, buffer, starts[2], ends[2]);
    if (present !== NONE && !replaces) {
      this.drop();
      return reply.integer(0);
    }
    reply.integer(1);
    const { ref } = source;
    const { making } = this;
    if (making === null) {
      return copyEntry(keyspace, database, ref, target, present, buffer, starts[2], ends[2]);
    }
    keyspace.pending.end(making);
    const { records } = keyspace;
    const made = records.makeRooted(buffer, starts[2], ends[2], making.root, this.kind);
    enterCopy(keyspace, database, ref, target, present, made);
  }

  abandon(): void {
    this.source.forget();
    this.drop();
  }

  /** A step. Is it done? */
  private copySome(ref: number): boolean {
    const { context } = this;
    const { arena, hashKey, records, pending } = context.keyspace;
    if (this.steps === null) {
      if (!isLarge(context, ref)) return true;
      this.kind = kindOf(arena, ref);
      // The keyspace's own kinds may be asked to copy, too, by others.
      const kind = makeKinds(arena, hashKey)[this.kind];
      this.steps = kind?.copying(arena, records.valueBlock(ref)) ?? null;
      if (this.steps === null) return true;
    }
    const { done, value } = this.steps.next();
    this.making ??= pending.begin(value, this.kind);
    return done === true;
  }

  /** What was copied is of no use. */
  private drop(): void {
    const { making } = this;
    const { pending } = this.context.keyspace;
    this.steps = null;
    this.making = null;
    if (making === null || !pending.isMade(making)) return;
    pending.end(making);
    pending.freeRoot(making.root, this.kind);
  }
}

export const GENERIC_COPY_COMMANDS: readonly CommandEntry[] = [COPY];
