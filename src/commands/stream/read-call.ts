// What XREAD and XREADGROUP are asked for: options, then as many keys as IDs.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { STREAM_ID_WORDS, type StreamId } from '../../domain/values/stream-id.ts';
import { type Context, FROM_SCRIPT } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { timeoutOfMs } from '../waiting.ts';

const NOT_XREAD = 'is only supported by XREADGROUP. You called XREAD instead.';
const NO_GROUP = 'ERR Missing GROUP option for XREADGROUP';
const STREAMS_KEPT = 8;

/** It does not wait. */
export const NO_TIMEOUT = -1;

export class ReadCall {
  /** Entries of each stream; 0: all. */
  count = 0;
  timeoutMs = NO_TIMEOUT;
  noAck = false;
  /** The argument that is the name of the group, before that of the consumer; 0: XREAD. */
  group = 0;
  /** The first key, and how many there are. */
  first = 0;
  streams = 0;
  /** By stream: the ID behind which it is read. */
  private ids = new Int32Array(STREAMS_KEPT * STREAM_ID_WORDS);
  /** By stream: its group. */
  groups = new Int32Array(STREAMS_KEPT);
  /** Who reads from the stream that is open, and whether what he has had before. */
  consumer = 0;
  isHistory = false;

  parse(context: Context, request: Request, reply: Reply, isGroup: boolean): boolean {
    this.count = 0;
    this.timeoutMs = NO_TIMEOUT;
    this.noAck = false;
    this.group = 0;
    this.streams = 0;
    for (let i = 1; i < request.count && this.streams === 0; ) {
      i = this.parseOption(context, request, i, reply, isGroup);
      if (i < 0) return false;
    }
    if (this.streams === 0) return refuse(reply, SYNTAX_ERROR);
    if (isGroup && this.group === 0) return refuse(reply, NO_GROUP);
    const room = Math.max(this.streams, STREAMS_KEPT);
    if (this.groups.length < room || this.groups.length > STREAMS_KEPT) {
      this.groups = new Int32Array(room);
      this.ids = new Int32Array(room * STREAM_ID_WORDS);
    }
    return true;
  }

  /** The argument that is the ID of a stream. */
  idArgument(stream: number): number {
    return this.first + this.streams + stream;
  }

  setId(stream: number, id: StreamId): void {
    id.store(this.ids, stream * STREAM_ID_WORDS);
  }

  readId(stream: number, id: StreamId): void {
    id.read(this.ids, stream * STREAM_ID_WORDS);
  }

  /** The IDs of all streams, for a call that waits. */
  copyIds(): Int32Array {
    return this.ids.slice(0, this.streams * STREAM_ID_WORDS);
  }

  /** Reads the option at an argument; returns the one behind it, or -1. */
  private parseOption(
    context: Context,
    request: Request,
    argument: number,
    reply: Reply,
    isGroup: boolean,
  ): number {
    const more = request.count - argument - 1;
    if (more > 0 && request.is(argument, 'block')) {
      if (context.origin === FROM_SCRIPT) {
        const name = request.textUntilNul(0);
        reply.error(`ERR ${name} command is not allowed with BLOCK option from scripts`);
        return -1;
      }
      const timeoutMs = timeoutOfMs(context, request, argument + 1, reply);
      if (isRefused(timeoutMs)) return -1;
      this.timeoutMs = timeoutMs;
      return argument + 2;
    }
    if (more > 0 && request.is(argument, 'count')) {
      const count = request.integer(argument + 1, reply);
      if (isRefused(count)) return -1;
      this.count = Math.max(0, count);
      return argument + 2;
    }
    if (more > 0 && request.is(argument, 'streams')) {
      this.first = argument + 1;
      this.streams = more / 2;
      if (more % 2 === 0) return request.count;
      const [name, sign] = isGroup ? ['xreadgroup', '>'] : ['xread', '$'];
      const each = `for each stream key an ID or '${sign}' must be specified.`;
      reply.error(`ERR Unbalanced '${name}' list of streams: ${each}`);
      return -1;
    }
    if (more > 1 && request.is(argument, 'group')) {
      if (!isGroup) return refuseNumber(reply, `ERR The GROUP option ${NOT_XREAD}`);
      this.group = argument + 1;
      return argument + 3;
    }
    if (!request.is(argument, 'noack')) return refuseNumber(reply, SYNTAX_ERROR);
    if (!isGroup) return refuseNumber(reply, `ERR The NOACK option ${NOT_XREAD}`);
    this.noAck = true;
    return argument + 1;
  }
}

function refuse(reply: Reply, line: string): false {
  reply.error(line);
  return false;
}

function refuseNumber(reply: Reply, line: string): number {
  reply.error(line);
  return -1;
}
