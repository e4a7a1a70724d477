// How stream commands come to the stream that argument 1 names; context.streams is open on it then.
// And what several of them say.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { isOfType, TYPE_STREAM } from '../../domain/memory/record.ts';
import type { StreamEntry } from '../../domain/values/stream-entry.ts';
import { STREAM_ID_TEXT_MAX, type StreamId } from '../../domain/values/stream-id.ts';
import type { Context } from '../../engine/command.ts';
import { changeKey, findKeyToChange, readKey, WRONG } from '../../engine/look-up.ts';
import type { Reply } from '../../engine/reply.ts';
import { REFUSED, type Refused, type Request } from '../../engine/request.ts';

/** Opens the stream that an argument names to read it. Is it there? */
export function readStream(
  context: Context,
  request: Request,
  reply: Reply,
  argument = 1,
): boolean | Refused {
  const ref = readKey(context, request, argument, TYPE_STREAM, reply);
  if (ref === WRONG) return REFUSED;
  if (ref === NONE) return false;
  context.streams.open(context.database, ref);
  return true;
}

/** Opens the stream that an argument names to change it. Is it there? */
export function changeStream(
  context: Context,
  request: Request,
  reply: Reply,
  argument = 1,
): boolean | Refused {
  const ref = changeKey(context, request, argument, TYPE_STREAM, reply);
  if (ref === WRONG) return REFUSED;
  if (ref === NONE) return false;
  context.streams.open(context.database, ref);
  context.streams.own();
  return true;
}

/** Comes back to the stream that an argument names, to change it further. Is it still there? */
export function changeStreamAgain(context: Context, request: Request, argument: number): boolean {
  const ref = findKeyToChange(context, request, argument);
  if (ref === NONE || !isOfType(context.keyspace.arena, ref, TYPE_STREAM)) return false;
  context.streams.open(context.database, ref);
  context.streams.own();
  return true;
}

/** The text of the last ID. Most have the time of the one before. */
class IdText {
  readonly bytes = new Uint8Array(STREAM_ID_TEXT_MAX);
  private msHigh = 0;
  private msLow = 0;
  /** Where the sequence begins; 0: nothing is written yet. */
  private sequenceAt = 0;

  /** Returns where the text ends. */
  write(id: StreamId): number {
    const { bytes } = this;
    if (this.sequenceAt === 0 || id.msLow !== this.msLow || id.msHigh !== this.msHigh) {
      this.msHigh = id.msHigh;
      this.msLow = id.msLow;
      this.sequenceAt = id.writeTime(bytes, 0);
    }
    return id.writeSequence(bytes, this.sequenceAt);
  }
}

export function replyId({ scratch }: Context, reply: Reply, id: StreamId): void {
  const text = scratch.of(IdText);
  reply.bulk(text.bytes, 0, text.write(id));
}

/** The ID as text, for effects. */
export function textOfId(id: StreamId): string {
  const bytes = new Uint8Array(STREAM_ID_TEXT_MAX);
  return latin1Text(bytes, 0, id.write(bytes, 0));
}

/** An entry: its ID, and an array of its fields and values. */
export function replyEntry(context: Context, reply: Reply, entry: StreamEntry): void {
  const { field, value, fields } = entry;
  reply.array(2);
  replyId(context, reply, entry.id);
  reply.array(2 * fields);
  for (let i = 0; i < fields; i++) {
    entry.nextField();
    reply.bulk(field.bytes, field.start, field.end);
    reply.bulk(value.bytes, value.start, value.end);
  }
}
