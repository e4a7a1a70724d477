// XACK and XPENDING: what was delivered to the consumers of a group and not acknowledged yet.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  FAST,
  READONLY,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  block,
  integer,
  key,
  multiple,
  optional,
  RO,
  RW,
  string,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { StreamRange } from './entries.ts';
import { findConsumer, openGroup, openGroupToChange, refuseGroup } from './group-names.ts';
import { parseEnd, parseId, parseStart } from './ids.ts';
import { readStream, replyId } from './open.ts';

const XACK: CommandEntry = {
  name: 'XACK',
  flags: WRITE | FAST | CONSTANT_TIME,
  args: [key('key', RW | UPDATE), string('group'), multiple(string('id'))],
  run: xack,
};

function xack(context: Context, request: Request, reply: Reply): void {
  const { streams, scratch } = context;
  const { start: id } = scratch.of(StreamRange);
  const isThere = readStream(context, request, reply);
  if (isRefused(isThere)) return;
  const group = isThere ? openGroupToChange(context, request, 2) : NONE;
  if (group === NONE) return reply.integer(0);
  // All of them are IDs, or nothing is acknowledged.
  for (let i = 3; i < request.count; i++) if (!parseId(request, i, id, reply)) return;
  const { pending } = streams.groups;
  let acknowledged = 0;
  for (let i = 3; i < request.count; i++) {
    // Of one alone it is known.
    if (request.count > 4) parseId(request, i, id, reply);
    if (!pending.find(group, id)) continue;
    pending.remove(group);
    streams.countChange();
    acknowledged++;
  }
  reply.integer(acknowledged);
}

const XPENDING: CommandEntry = {
  name: 'XPENDING',
  flags: READONLY,
  args: [
    key('key', RO | ACCESS),
    string('group'),
    optional(
      block('filters', [
        optional(integer('min-idle-time', { token: 'IDLE', since: '6.2.0' })),
        string('start'),
        string('end'),
        integer('count'),
        optional(string('consumer')),
      ]),
    ),
  ],
  tips: ['nondeterministic_output'],
  run: xpending,
};

function xpending(context: Context, request: Request, reply: Reply): void {
  const { scratch } = context;
  const search = scratch.of(PendingSearch);
  const isSearch = request.count !== 3;
  if (isSearch && (request.count < 6 || request.count > 9)) return reply.error(SYNTAX_ERROR);
  if (isSearch && !search.parse(request, reply)) return;
  const isThere = readStream(context, request, reply);
  if (isRefused(isThere)) return;
  const group = isThere ? openGroup(context, request, 2) : NONE;
  if (group === NONE) return refuseGroup(request, reply, 1, 2);
  if (isSearch) search.run(context, request, reply, group);
  else summarize(context, reply, group);
}

/** What XPENDING looks for. */
class PendingSearch extends StreamRange {
  private idleMs = 0;
  private count = 0;
  /** The argument that names a consumer; 0: all of them. */
  private consumer = 0;

  parse(request: Request, reply: Reply): boolean {
    let first = 3;
    this.idleMs = 0;
    if (request.is(3, 'idle')) {
      const idleMs = request.integer(4, reply);
      if (isRefused(idleMs)) return false;
      if (request.count < 8) {
        reply.error(SYNTAX_ERROR);
        return false;
      }
      this.idleMs = idleMs;
      first = 5;
    }
    const count = request.integer(first + 2, reply);
    if (isRefused(count)) return false;
    this.count = count;
    this.consumer = first + 3 < request.count ? first + 3 : 0;
    if (!parseStart(request, first, this.start, reply)) return false;
    return parseEnd(request, first + 1, this.end, reply);
  }

  run(context: Context, request: Request, reply: Reply, group: number): void {
    const { pending } = context.streams.groups;
    const { start, end } = this;
    const isOwn = this.consumer !== 0;
    const consumer = isOwn ? findConsumer(context, request, this.consumer) : NONE;
    if (isOwn && consumer === NONE) return reply.array(0);
    const opened = reply.open();
    let found = 0;
    let more = isOwn ? pending.seekOwn(consumer, start) : pending.seek(group, start);
    for (; more && found < this.count; more = isOwn ? pending.nextOwn() : pending.next()) {
      if (pending.id.compare(end) > 0) break;
      if (isOwn) {
        // The group knows what the consumer's own list does not.
        start.take(pending.id);
        pending.find(group, start);
      }
      if (this.replyHere(context, reply)) found++;
    }
    reply.closeArray(opened, found);
  }

  /** Answers with a pending entry, unless it was delivered too shortly ago. */
  private replyHere(context: Context, reply: Reply): boolean {
    const { keyspace, streams } = context;
    const { pending, elements } = streams.groups;
    const idleMs = keyspace.nowMs - pending.timeMs;
    if (this.idleMs !== 0 && idleMs < this.idleMs) return false;
    reply.array(4);
    replyId(context, reply, pending.id);
    elements.locateKey(pending.consumer);
    reply.bulk(elements.keyBytes, elements.keyStart, elements.keyEnd);
    reply.integer(Math.max(0, idleMs));
    reply.integer(pending.deliveries);
    return true;
  }
}

/** How many are pending, from where to where, and whose they are. */
function summarize(context: Context, reply: Reply, group: number): void {
  const { groups } = context.streams;
  const { pending, elements } = groups;
  reply.array(4);
  reply.integer(pending.count(group));
  if (!pending.first(group)) {
    reply.nil();
    reply.nil();
    return reply.nilArray();
  }
  replyId(context, reply, pending.id);
  pending.last(group);
  replyId(context, reply, pending.id);
  const opened = reply.open();
  let found = 0;
  let consumer = groups.firstConsumer(group);
  for (; consumer !== NONE; consumer = groups.nextConsumer()) {
    const count = pending.count(consumer);
    if (count === 0) continue;
    found++;
    reply.array(2);
    elements.locateKey(consumer);
    reply.bulk(elements.keyBytes, elements.keyStart, elements.keyEnd);
    reply.bulkInteger(count);
  }
  reply.closeArray(opened, found);
}

export const STREAM_PENDING_COMMANDS: readonly CommandEntry[] = [XACK, XPENDING];
