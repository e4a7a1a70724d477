// Room for a large string to grow in: where its bytes must be copied for that, they are copied in
// slices, and then the command runs as it would have run at once.
import { NONE } from '../../domain/memory/arena.ts';
import { newBytes } from '../../domain/memory/spare-buffers.ts';
import type { Context, Handler } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { runSteadily, type SteadyWork, type Strings } from '../../engine/steady.ts';

/** So much is copied at once. */
const AT_ONCE_SIZE_MAX = 2 * 1024 * 1024;
const STEP_SIZE = 64 * 1024;

/**
 * Must `run`, which is about to change the string of argument 1, wait for room for `size` bytes?
 * Then it runs when there is.
 */
export function waitsForRoom(
  context: Context,
  request: Request,
  ref: number,
  size: number,
  run: Handler,
  reply: Reply,
): boolean {
  if (!mustCopyMuch(context, ref, size) || !context.blocking.mayWait(context)) return false;
  runSteadily(context, request, 1, 2, new Copying(context, size, run), reply);
  return true;
}

function mustCopyMuch({ keyspace }: Context, ref: number, size: number): boolean {
  const { records, arena } = keyspace;
  if (ref === NONE || !records.locateValue(ref)) return false;
  if (records.valueEnd <= AT_ONCE_SIZE_MAX) return false;
  // What a snapshot is to read goes on in a copy.
  return arena.past?.isFrozen(ref) || arena.large.mustCopy(records.valueBlock(ref), size);
}

class Copying implements SteadyWork {
  ownSize = 0;
  private readonly context: Context;
  private readonly size: number;
  private readonly run: Handler;
  private copy: Uint8Array | null = null;
  private copiedSize = 0;

  constructor(context: Context, size: number, run: Handler) {
    this.context = context;
    this.size = size;
    this.run = run;
  }

  begin({ refs: [ref] }: Strings): void {
    const { records } = this.context.keyspace;
    this.copiedSize = 0;
    this.copy = mustCopyMuch(this.context, ref, this.size)
      ? newBytes(records.roomFor(Math.max(this.size, records.valueEnd)))
      : null;
    this.ownSize = this.copy?.length ?? 0;
  }

  step({ refs: [ref], sizes: [oldSize] }: Strings): boolean {
    if (this.copy === null) return false;
    const { records } = this.context.keyspace;
    records.locateValue(ref);
    const end = Math.min(oldSize, this.copiedSize + STEP_SIZE);
    this.copy.set(records.valueBytes.subarray(this.copiedSize, end), this.copiedSize);
    this.copiedSize = end;
    return end < oldSize;
  }

  finish({ request, refs: [ref], sizes: [oldSize] }: Strings, reply: Reply): void {
    const { keyspace, database } = this.context;
    const { records, arena } = keyspace;
    if (this.copy !== null) {
      const owned = keyspace.own(database, ref);
      arena.large.replace(records.valueBlock(owned), this.copy, oldSize);
    }
    this.run(this.context, request, reply);
  }
}
