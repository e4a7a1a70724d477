// DUMP: a value as bytes that any server of the same kind takes. What the bytes say is known to the
// codec (engine/dump-codec.ts).
import { sizeOfEntry } from '../../domain/keyspace/size.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import { ACCESS, key, RO } from '../../engine/declaration/arguments.ts';
import type { PayloadWriting } from '../../engine/dump-codec.ts';
import { Pages } from '../../engine/pages.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { WatchedKey } from '../../engine/watched-key.ts';

/** Larger payloads are sent without a copy. */
const UNCOPIED_SIZE_MIN = 64 * 1024;
/** Entries up to this size are written at once. */
const SIZE_AT_ONCE = 64 * 1024;

const DUMP: CommandEntry = {
  name: 'DUMP',
  flags: READONLY | RUNS_IN_SLICES,
  args: [key('key', RO | ACCESS)],
  tips: ['nondeterministic_output'],
  run: dump,
};

function dump(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, dumps } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.nil();
  if (sizeOfEntry(keyspace, database, ref) > SIZE_AT_ONCE) {
    return runInSlices(context, new DumpWork(context, request), reply);
  }
  const payload = dumps.dump(ref);
  if (payload.length > UNCOPIED_SIZE_MIN) reply.bulkUncopied(payload);
  else reply.bulk(payload, 0, payload.length);
}

/** A large value, as of one moment. */
class DumpWork implements SlicedWork, ByteTarget {
  private readonly context: Context;
  private readonly source: WatchedKey;
  private writing: PayloadWriting | null = null;
  private pages = new Pages();
  private found: Reply | null = null;

  constructor(context: Context, request: Request) {
    this.context = context;
    this.source = new WatchedKey(context, request.copy(1));
  }

  get ownSize(): number {
    return this.pages.size;
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    this.found?.raw(bytes.subarray(start, end));
  }

  step(found: Reply): boolean {
    const { source } = this;
    if (source.takeChange()) this.forget();
    this.found = found;
    let isDone = false;
    do isDone = source.ref === NONE || this.goOn(source.ref);
    while (!isDone && source.isRestless());
    this.pages.take(found, true);
    if (isDone) source.forget();
    else source.watch();
    return isDone;
  }

  answer(reply: Reply): void {
    if (this.source.ref === NONE) reply.nil();
    else this.pages.writeAsBulk(reply);
  }

  abandon(): void {
    this.source.forget();
  }

  private goOn(ref: number): boolean {
    this.writing ??= this.context.dumps.write(ref, this);
    return this.writing.step();
  }

  /** What was written is of another value. */
  private forget(): void {
    this.context.keyspace.arena.memory.drop(this.pages.size);
    this.pages = new Pages();
    this.writing = null;
  }
}

export const GENERIC_DUMP_COMMANDS: readonly CommandEntry[] = [DUMP];
