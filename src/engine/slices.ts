// Work that takes long, in slices: a client whose command walks over everything waits until it is
// done, and others go on meanwhile. Within a transaction or a script it is done at once.
import type { Context } from './command.ts';
import { Pages } from './pages.ts';
import { Reply } from './reply.ts';
import type { Request } from './request.ts';

/** A slice is over once it has taken this long; steps are short, so none takes a millisecond. */
const SLICE_US = 800;
/** What a step has written is put aside at this size. */
const PAGE_SIZE = 256 * 1024;

/** The work of one command. */
export interface SlicedWork {
  /** Bytes that it holds besides what it has found. */
  readonly ownSize?: number;
  /** The request, for keeps, if the work needs its bytes itself: then it is not copied again. */
  readonly request?: Request;
  /**
   * Does a part of it that takes some 20 us, and writes what it finds to `found`. True when that
   * was the last one. Anything may have changed since the step before.
   */
  step(found: Reply): boolean;
  /** Writes the reply, with what all steps have found. */
  answer(reply: Reply, found: Pages): void;
  /** Its client goes: what must be done in any case is to be done now. */
  abandon?(): void;
}

/** Does the work of the running command, and answers when it is done: now, or later. */
export function runInSlices(context: Context, work: SlicedWork, reply: Reply): void {
  goOn(context, work, new Pages(), reply);
}

function goOn(context: Context, work: SlicedWork, found: Pages, reply: Reply): void {
  const { blocking, server } = context;
  const mayWait = blocking.mayWait(context);
  const writer = context.scratch.of(Reply);
  writer.resp3 = reply.resp3;
  const endUs = server.clock.monotonicUs() + SLICE_US;
  while (!work.step(writer)) {
    if (writer.totalSize > PAGE_SIZE) found.take(writer, mayWait);
    if (!mayWait || server.clock.monotonicUs() < endUs) continue;
    found.take(writer, true);
    const retry = (_context: Context, _request: unknown, later: Reply): void =>
      goOn(context, work, found, later);
    blocking.giveWay(
      context,
      retry,
      found.size,
      work.ownSize ?? 0,
      () => work.abandon?.(),
      work.request,
    );
    return;
  }
  found.take(writer, false);
  work.answer(reply, found);
}
