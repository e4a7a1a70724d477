// XCLAIM and XAUTOCLAIM: a consumer takes over what is pending for others.
import { INT64_END } from '../../domain/bytes/integer.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { STREAM_ID_WORDS, StreamId } from '../../domain/values/stream-id.ts';
import { CONSUMER_ACTIVE } from '../../domain/values/stream-root.ts';
import { type CommandEntry, type Context, FAST, WRITE } from '../../engine/command.ts';
import {
  DELETE,
  integer,
  key,
  multiple,
  optional,
  RW,
  string,
  token,
  UPDATE,
  unixTime,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { openGroupToChange, refuseGroup, seeConsumer } from './group-names.ts';
import { isIdAt, parseId, parseStart } from './ids.ts';
import { readStream, replyEntry, replyId } from './open.ts';
import { tellOfClaim, tellOfGroup } from './tell.ts';

const BAD_IDLE = 'ERR Invalid IDLE option argument for XCLAIM';
const BAD_TIME = 'ERR Invalid TIME option argument for XCLAIM';
const BAD_RETRIES = 'ERR Invalid RETRYCOUNT option argument for XCLAIM';
const BAD_COUNT = 'ERR COUNT must be > 0';
const TOO_LARGE_COUNT =
  'ERR Insufficient memory, failed allocating transient memory, COUNT too high.';
/** 2^63 by the bytes of an ID. */
const COUNT_END = 2n ** 59n;
/** For so many IDs no system has memory, which Redis wants beforehand. */
const COUNT_REFUSED = 2 ** 36;
const COUNT_DEFAULT = 100;
/** So many entries are looked at for each one that is wanted. */
const ATTEMPTS = 10;
const IDS_KEPT = 64;

/** How entries are claimed. */
class Claim {
  idleMs = 0;
  /** Below 0: it is now. */
  timeMs = 0;
  /** Below 0: one more than before. */
  deliveries = 0;
  isForced = false;
  justId = false;
  count = 0;
  consumer = 0;
  readonly id = new StreamId();
  readonly lastId = new StreamId();
  /** IDs that were pending of entries that are gone. */
  private gone = new Int32Array(IDS_KEPT * STREAM_ID_WORDS);
  goneCount = 0;
  /** Was the last pending entry met? */
  isAtEnd = false;

  begin(): void {
    this.timeMs = -1;
    this.deliveries = -1;
    this.isForced = false;
    this.justId = false;
    this.count = COUNT_DEFAULT;
    this.goneCount = 0;
    this.lastId.setLeast();
    if (this.gone.length > IDS_KEPT * STREAM_ID_WORDS) {
      this.gone = new Int32Array(IDS_KEPT * STREAM_ID_WORDS);
    }
  }

  addGone(id: StreamId): void {
    const at = this.goneCount++ * STREAM_ID_WORDS;
    if (at === this.gone.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.gone);
      this.gone = larger;
    }
    id.store(this.gone, at);
  }

  readGone(index: number, id: StreamId): void {
    id.read(this.gone, index * STREAM_ID_WORDS);
  }
}

const XAUTOCLAIM: CommandEntry = {
  name: 'XAUTOCLAIM',
  flags: WRITE | FAST,
  args: [
    key('key', RW | DELETE),
    string('group'),
    string('consumer'),
    string('min-idle-time'),
    string('start'),
    optional(integer('count', { token: 'COUNT' })),
    optional(token('justid', 'JUSTID')),
  ],
  tips: ['nondeterministic_output'],
  run: xautoclaim,
};

function xautoclaim(context: Context, request: Request, reply: Reply): void {
  const { streams, scratch, effects } = context;
  const { pending } = streams.groups;
  const claim = scratch.of(Claim);
  if (!parseAutoclaim(request, reply, claim)) return;
  const isThere = readStream(context, request, reply);
  if (isRefused(isThere)) return;
  const group = isThere ? openGroupToChange(context, request, 2) : NONE;
  if (group === NONE) return refuseGroup(request, reply, 1, 2);
  if (claim.count > COUNT_REFUSED) return reply.error(TOO_LARGE_COUNT);
  effects.nothing();
  claim.consumer = seeConsumer(context, request, 3);
  reply.array(3);
  const opened = reply.open();
  const openedEntries = reply.open();
  reply.closeArray(openedEntries, claimInOrder(context, request, reply, claim, group));
  const end = reply.totalSize;
  if (claim.isAtEnd) claim.id.setLeast();
  else claim.id.take(pending.id);
  replyId(context, reply, claim.id);
  reply.closeWith(opened, end);
  reply.array(claim.goneCount);
  for (let i = 0; i < claim.goneCount; i++) {
    claim.readGone(i, claim.id);
    replyId(context, reply, claim.id);
  }
}

/** Claims entries from an ID on, and answers with them. Returns how many they are. */
function claimInOrder(
  context: Context,
  request: Request,
  reply: Reply,
  claim: Claim,
  group: number,
): number {
  const { streams, keyspace } = context;
  const { pending } = streams.groups;
  let left = claim.count;
  let found = 0;
  let more = pending.seek(group, claim.id);
  for (let tries = left * ATTEMPTS; more && tries > 0 && left > 0; tries--) {
    if (!streams.entries.find(pending.id)) {
      claim.addGone(pending.id);
      more = forget(context, request, group);
      left--;
      continue;
    }
    if (keyspace.nowMs - pending.timeMs >= claim.idleMs || claim.idleMs === 0) {
      take(context, request, reply, claim, group);
      found++;
      left--;
    }
    more = pending.next();
  }
  claim.isAtEnd = !more;
  return found;
}

/** An entry is gone, and with it goes what is pending of it. Is there a next one pending? */
function forget(context: Context, request: Request, group: number): boolean {
  const { streams } = context;
  const { pending } = streams.groups;
  tellOfClaim(context, request, 1, 2, pending.id);
  streams.countChange();
  return pending.removeAndGoOn(group);
}

/** The consumer takes the pending entry that is found, and is answered with it. */
function take(context: Context, request: Request, reply: Reply, claim: Claim, group: number): void {
  const { streams, keyspace } = context;
  const { groups, entries } = streams;
  const { pending } = groups;
  const { nowMs } = keyspace;
  const isNow = claim.timeMs < 0 || claim.timeMs > nowMs;
  let { deliveries } = pending;
  if (claim.deliveries >= 0) deliveries = claim.deliveries;
  else if (!claim.justId) deliveries++;
  pending.giveTo(group, claim.consumer);
  pending.setDelivery(group, isNow ? nowMs : claim.timeMs, deliveries);
  if (claim.justId) replyId(context, reply, pending.id);
  else replyEntry(context, reply, entries.entry);
  groups.setTime(claim.consumer, CONSUMER_ACTIVE, nowMs);
  tellOfClaim(context, request, 1, 2, pending.id);
  streams.countChange();
}

function parseAutoclaim(request: Request, reply: Reply, claim: Claim): boolean {
  claim.begin();
  if (!parseIdle(request, reply, claim, 'XAUTOCLAIM')) return false;
  if (!parseStart(request, 5, claim.id, reply)) return false;
  for (let i = 6; i < request.count; i++) {
    if (request.is(i, 'count') && i + 1 < request.count) {
      const count = request.integerWithin(++i, 1, INT64_END, reply, BAD_COUNT);
      if (isRefused(count)) return false;
      if (count > COUNT_REFUSED && request.bigInteger(i) >= COUNT_END) {
        reply.error(BAD_COUNT);
        return false;
      }
      claim.count = count;
    } else if (request.is(i, 'justid')) claim.justId = true;
    else {
      reply.error(SYNTAX_ERROR);
      return false;
    }
  }
  return true;
}

const XCLAIM: CommandEntry = {
  name: 'XCLAIM',
  flags: WRITE | FAST,
  args: [
    key('key', RW | UPDATE),
    string('group'),
    string('consumer'),
    string('min-idle-time'),
    multiple(string('id')),
    optional(integer('ms', { token: 'IDLE' })),
    optional(unixTime('unix-time-milliseconds', { token: 'TIME' })),
    optional(integer('count', { token: 'RETRYCOUNT' })),
    optional(token('force', 'FORCE')),
    optional(token('justid', 'JUSTID')),
    optional(string('lastid', { token: 'LASTID' })),
  ],
  tips: ['nondeterministic_output'],
  run: xclaim,
};

function xclaim(context: Context, request: Request, reply: Reply): void {
  const { streams, scratch, effects } = context;
  const claim = scratch.of(Claim);
  const isThere = readStream(context, request, reply);
  if (isRefused(isThere)) return;
  const group = isThere ? openGroupToChange(context, request, 2) : NONE;
  if (group === NONE) return refuseGroup(request, reply, 1, 2);
  const end = parseClaim(context, request, reply, claim);
  if (end < 0) return;
  effects.nothing();
  const isLater = claim.lastId.compare(streams.group.lastId) > 0;
  if (isLater) {
    streams.group.lastId.take(claim.lastId);
    streams.group.store();
  }
  claim.consumer = seeConsumer(context, request, 3);
  const { dirty } = context.keyspace;
  const opened = reply.open();
  let found = 0;
  for (let i = 5; i < end; i++) {
    if (isIdAt(request, i, claim.id) && claimOne(context, request, reply, claim, group)) found++;
  }
  reply.closeArray(opened, found);
  // Each entry that was told of has told of the last ID, too.
  if (!isLater || context.keyspace.dirty !== dirty) return;
  tellOfGroup(context, request, 1, 2);
  streams.countChange();
}

/** Claims the entry with the ID of the claim, and answers with it, if it may be claimed. */
function claimOne(
  context: Context,
  request: Request,
  reply: Reply,
  claim: Claim,
  group: number,
): boolean {
  const { streams, keyspace } = context;
  const { pending } = streams.groups;
  const isPending = pending.find(group, claim.id);
  if (!streams.entries.find(claim.id)) {
    if (isPending) forget(context, request, group);
    return false;
  }
  if (!isPending) {
    if (!claim.isForced) return false;
    pending.addHere(group, claim.consumer, claim.id, keyspace.nowMs, 1);
  } else if (claim.idleMs !== 0 && keyspace.nowMs - pending.timeMs < claim.idleMs) return false;
  take(context, request, reply, claim, group);
  return true;
}

/** Reads the IDs, to know that they are some, and the options. Returns where these begin, or -1. */
function parseClaim(context: Context, request: Request, reply: Reply, claim: Claim): number {
  claim.begin();
  if (!parseIdle(request, reply, claim, 'XCLAIM')) return -1;
  let end = 5;
  while (end < request.count && isIdAt(request, end, claim.id)) end++;
  for (let i = end; i < request.count; ) {
    i = parseClaimOption(context, request, i, reply, claim);
    if (i < 0) return -1;
  }
  return end;
}

/** Reads the option at an argument; returns the one behind it, or -1. */
function parseClaimOption(
  { keyspace }: Context,
  request: Request,
  argument: number,
  reply: Reply,
  claim: Claim,
): number {
  const value = argument + 1;
  const hasMore = value < request.count;
  if (request.is(argument, 'force')) claim.isForced = true;
  else if (request.is(argument, 'justid')) claim.justId = true;
  else if (hasMore && request.is(argument, 'idle')) {
    const idleMs = request.integer(value, reply, BAD_IDLE);
    if (isRefused(idleMs)) return -1;
    claim.timeMs = keyspace.nowMs - idleMs;
    return value + 1;
  } else if (hasMore && request.is(argument, 'time')) {
    const timeMs = request.integer(value, reply, BAD_TIME);
    if (isRefused(timeMs)) return -1;
    claim.timeMs = timeMs;
    return value + 1;
  } else if (hasMore && request.is(argument, 'retrycount')) {
    const deliveries = request.integer(value, reply, BAD_RETRIES);
    if (isRefused(deliveries)) return -1;
    claim.deliveries = deliveries;
    return value + 1;
  } else if (hasMore && request.is(argument, 'lastid')) {
    return parseId(request, value, claim.lastId, reply) ? value + 1 : -1;
  } else {
    reply.error(`ERR Unrecognized XCLAIM option '${request.textUntilNul(argument)}'`);
    return -1;
  }
  return value;
}

/** Reads argument 4: for how long at least nobody must have had an entry. */
function parseIdle(request: Request, reply: Reply, claim: Claim, command: string): boolean {
  const line = `ERR Invalid min-idle-time argument for ${command}`;
  const idleMs = request.integer(4, reply, line);
  if (isRefused(idleMs)) return false;
  claim.idleMs = Math.max(0, idleMs);
  return true;
}

export const STREAM_CLAIM_COMMANDS: readonly CommandEntry[] = [XAUTOCLAIM, XCLAIM];
