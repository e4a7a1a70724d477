// What EVAL and FCALL have in common: their flags, arguments and keys, and what they do first.
import {
  type Context,
  NO_MANDATORY_KEYS,
  NOSCRIPT,
  RUNS_SCRIPT,
  SKIP_MONITOR,
  STALE,
} from '../../engine/command.ts';
import {
  type Argument,
  integer,
  key,
  multiple,
  optional,
  string,
} from '../../engine/declaration/arguments.ts';
import type { KeySpecification } from '../../engine/declaration/key-specifications.ts';
import { feedMonitors } from '../../engine/monitor.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';

export const FLAGS = NOSCRIPT | SKIP_MONITOR | NO_MANDATORY_KEYS | STALE | RUNS_SCRIPT;
const FIRST_KEY = 3;

export function argumentsOf(name: string, access: number): readonly Argument[] {
  return [
    string(name),
    integer('numkeys'),
    optional(multiple(key('key', access))),
    optional(multiple(string('arg'))),
  ];
}

/** What clients are told of the keys of what comes along, or is known by its name. */
export function keysOf(access: number, worst: string): readonly KeySpecification[] {
  const notes = `We cannot tell how the keys will be used so we assume the worst, ${worst}`;
  return [{ first: 2, last: 0, step: 1, access, isCounted: true, notes }];
}

/** Monitors see the script before what it calls. */
export function showToMonitors({ server, session }: Context, request: Request): void {
  if (server.monitors.size > 0) feedMonitors(server, session, NO_SECRETS, request);
}

const NO_SECRETS = { isSensitive: () => false };

/** Where the script's arguments begin, behind its keys, whose number stands before them. */
export function firstArgumentOf(
  request: Request,
  reply: Reply,
  noNumber?: string,
): number | Refused {
  const keysCount = request.integer(2, reply, noNumber);
  if (isRefused(keysCount)) return REFUSED;
  if (keysCount > request.count - FIRST_KEY) reply.error(TOO_MANY_KEYS);
  else if (keysCount < 0) reply.error(NEGATIVE_KEYS);
  else return FIRST_KEY + keysCount;
  return REFUSED;
}

const TOO_MANY_KEYS = "ERR Number of keys can't be greater than number of args";
const NEGATIVE_KEYS = "ERR Number of keys can't be negative";
