// CLIENT TRACKING and its relatives: client-side caching for a connection. What tracking does is in
// engine/tracking/.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  CONSTANT_TIME,
  type CommandEntry,
  type Context,
  LOADING,
  NOSCRIPT,
  STALE,
} from '../../engine/command.ts';
import {
  integer,
  multipleToken,
  oneof,
  optional,
  string,
  token,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request, untilNul } from '../../engine/request.ts';
import type { Session } from '../../engine/session.ts';
import type { TrackingOptions, TrackingState } from '../../engine/tracking/state.ts';

const PLAIN = NOSCRIPT | LOADING | STALE | CONSTANT_TIME;
/** Prefixes are kept as text; nobody has longer ones. */
const PREFIX_SIZE_MAX = 1024 * 1024;

export const CLIENT_CACHING: CommandEntry = {
  name: 'CACHING',
  flags: PLAIN,
  args: [oneof('mode', [token('yes', 'YES'), token('no', 'NO')])],
  run: caching,
};

export const CLIENT_GETREDIR: CommandEntry = {
  name: 'GETREDIR',
  flags: PLAIN,
  args: [],
  run: ({ session }, _request, reply) => reply.integer(session.tracking?.redirectId ?? -1),
};

export const CLIENT_TRACKING: CommandEntry = {
  name: 'TRACKING',
  flags: NOSCRIPT | LOADING | STALE,
  args: [
    oneof('status', [token('on', 'ON'), token('off', 'OFF')]),
    optional(integer('client-id', { token: 'REDIRECT' })),
    optional(multipleToken(string('prefix', { token: 'PREFIX' }))),
    optional(token('bcast', 'BCAST')),
    optional(token('optin', 'OPTIN')),
    optional(token('optout', 'OPTOUT')),
    optional(token('noloop', 'NOLOOP')),
  ],
  run: track,
};

export const CLIENT_TRACKINGINFO: CommandEntry = {
  name: 'TRACKINGINFO',
  flags: NOSCRIPT | LOADING | STALE,
  args: [],
  run: info,
};

function caching({ session }: Context, request: Request, reply: Reply): void {
  const { tracking } = session;
  if (tracking === null) return reply.error(NOTHING_TO_CACHE);
  if (request.is(2, 'yes')) {
    if (!tracking.isOptIn) return reply.error(YES_WITHOUT_OPTIN);
  } else if (request.is(2, 'no')) {
    if (!tracking.isOptOut) return reply.error(NO_WITHOUT_OPTOUT);
  } else {
    return reply.error(SYNTAX_ERROR);
  }
  tracking.isCachingGiven = true;
  reply.ok();
}

function track({ server, session }: Context, request: Request, reply: Reply): void {
  const options = readOptions(request, server.sessions, reply);
  if (isRefused(options)) return;
  if (request.is(2, 'on')) {
    const problem = problemOf(options, session.tracking);
    if (problem !== '') return reply.error(problem);
    server.tracking.enable(session, options);
  } else if (request.is(2, 'off')) {
    server.tracking.disable(session);
  } else {
    return reply.error(SYNTAX_ERROR);
  }
  reply.ok();
}

function info({ session }: Context, _request: Request, reply: Reply): void {
  const { tracking } = session;
  const flags = flagsOf(tracking);
  const prefixes = tracking?.prefixes ?? [];
  reply.map(3);
  reply.bulkText('flags');
  reply.set(flags.length);
  for (const flag of flags) reply.bulkText(flag);
  reply.bulkText('redirect');
  reply.integer(tracking?.redirectId ?? -1);
  reply.bulkText('prefixes');
  reply.array(prefixes.length);
  for (const prefix of prefixes) reply.bulkText(prefix);
}

function flagsOf(tracking: TrackingState | null): string[] {
  if (tracking === null) return ['off'];
  const { isBroadcast, isOptIn, isOptOut, isNoLoop, isCachingGiven, isRedirectBroken } = tracking;
  const flags = ['on'];
  if (isBroadcast) flags.push('bcast');
  if (isOptIn) flags.push('optin');
  if (isOptIn && isCachingGiven) flags.push('caching-yes');
  if (isOptOut) flags.push('optout');
  if (isOptOut && isCachingGiven) flags.push('caching-no');
  if (isNoLoop) flags.push('noloop');
  if (isRedirectBroken) flags.push('broken_redirect');
  return flags;
}

/** The options of CLIENT TRACKING. */
function readOptions(
  request: Request,
  sessions: ReadonlyMap<number, Session>,
  reply: Reply,
): TrackingOptions | Refused {
  let redirectId = 0;
  const prefixes: string[] = [];
  const words = new Set<string>();
  for (let i = 3; i < request.count; i++) {
    const hasMore = i + 1 < request.count;
    if (hasMore && request.is(i, 'redirect')) {
      if (redirectId !== 0) return refused(reply, TWO_REDIRECTS);
      const id = request.integer(++i, reply);
      if (isRefused(id)) return REFUSED;
      if (!sessions.has(id)) return refused(reply, NO_SUCH_REDIRECT);
      redirectId = id;
    } else if (hasMore && request.is(i, 'prefix')) {
      if (request.size(++i) > PREFIX_SIZE_MAX) return refused(reply, PREFIX_TOO_LONG);
      prefixes.push(latin1Text(request.buffer, request.starts[i], request.ends[i]));
    } else {
      const word = MODES.find((mode) => request.is(i, mode));
      if (word === undefined) return refused(reply, SYNTAX_ERROR);
      words.add(word);
    }
  }
  return {
    isBroadcast: words.has('bcast'),
    isOptIn: words.has('optin'),
    isOptOut: words.has('optout'),
    isNoLoop: words.has('noloop'),
    redirectId,
    prefixes,
  };
}

function refused(reply: Reply, error: string): Refused {
  reply.error(error);
  return REFUSED;
}

/** Why these options do not go together, or not with what is set; '' when they do. */
function problemOf(options: TrackingOptions, present: TrackingState | null): string {
  const { isBroadcast, isOptIn, isOptOut, prefixes } = options;
  if (!isBroadcast && prefixes.length > 0) return PREFIX_WITHOUT_BCAST;
  if (present !== null && present.isBroadcast !== isBroadcast) return BCAST_SWITCHED;
  if (isBroadcast && (isOptIn || isOptOut)) return BCAST_WITH_OPTIONS;
  if (isOptIn && isOptOut) return OPTIN_AND_OPTOUT;
  const isSwitched =
    (isOptIn && present?.isOptOut === true) || (isOptOut && present?.isOptIn === true);
  if (isSwitched) return OPTION_SWITCHED;
  return isBroadcast ? overlapOf(prefixes, present?.prefixes ?? []) : '';
}

/** The error line of the first prefix that overlaps a present or a later one; '' if none does. */
function overlapOf(prefixes: readonly string[], present: readonly string[]): string {
  const first = firstOverlap(prefixes, present);
  if (first === prefixes.length) return '';
  const prefix = prefixes[first];
  const overlaps = (other: string): boolean => prefix.startsWith(other) || other.startsWith(prefix);
  const existing = present.find(overlaps);
  if (existing !== undefined) return overlapLine(prefix, 'an existing', existing);
  const provided = prefixes.slice(first + 1).find(overlaps) ?? '';
  return overlapLine(prefix, 'another provided', provided);
}

/**
 * The index of the first prefix that is the beginning of another, new or present, or begins with
 * it; prefixes.length when there is none. Sorted, each stands behind its own beginnings, so that
 * not all pairs need be compared.
 */
function firstOverlap(prefixes: readonly string[], present: readonly string[]): number {
  const none = prefixes.length;
  const all = [
    ...present.map((text) => ({ text, index: none })),
    ...prefixes.map((text, index) => ({ text, index })),
  ];
  all.sort((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)));
  let first = none;
  /** Each begins with the one before. */
  const chain: { text: string; index: number }[] = [];
  for (const entry of all) {
    while (chain.length > 0 && !entry.text.startsWith(chain[chain.length - 1].text)) chain.pop();
    const beginning = chain.at(-1);
    if (beginning !== undefined) first = Math.min(first, beginning.index, entry.index);
    chain.push(entry);
  }
  return first;
}

function overlapLine(prefix: string, which: string, other: string): string {
  return (
    `ERR Prefix '${untilNul(prefix)}' overlaps with ${which} prefix '${untilNul(other)}'. ` +
    'Prefixes for a single client must not overlap.'
  );
}

const MODES = ['bcast', 'optin', 'optout', 'noloop'];

const TWO_REDIRECTS = 'ERR A client can only redirect to a single other client';
const NO_SUCH_REDIRECT = 'ERR The client ID you want redirect to does not exist';
const PREFIX_TOO_LONG = `ERR PREFIX is longer than ${PREFIX_SIZE_MAX} bytes`;
const PREFIX_WITHOUT_BCAST = 'ERR PREFIX option requires BCAST mode to be enabled';
const BCAST_WITH_OPTIONS = 'ERR OPTIN and OPTOUT are not compatible with BCAST';
const OPTIN_AND_OPTOUT = "ERR You can't specify both OPTIN mode and OPTOUT mode";
const BCAST_SWITCHED =
  "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then " +
  're-enabling it with a different mode.';
const OPTION_SWITCHED =
  "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then " +
  're-enabling it with a different mode.';
const NOTHING_TO_CACHE =
  'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or ' +
  'OPTOUT mode enabled';
const YES_WITHOUT_OPTIN =
  'ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.';
const NO_WITHOUT_OPTOUT =
  'ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.';
