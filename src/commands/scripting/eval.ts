// EVAL and its kin: they run a script, which is here already or comes along.
import {
  type CommandEntry,
  type Context,
  MAY_REPLICATE,
  NO_MANDATORY_KEYS,
  NOSCRIPT,
  READONLY,
  RUNS_SCRIPT,
  SKIP_MONITOR,
  STALE,
} from '../../engine/command.ts';
import {
  ACCESS,
  type Argument,
  integer,
  key,
  multiple,
  optional,
  RO,
  RW,
  string,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { KeySpecification } from '../../engine/declaration/key-specifications.ts';
import { feedMonitors } from '../../engine/monitor.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import { DIGEST_TEXT_SIZE } from '../../engine/scripting/script-cache.ts';

const FLAGS = NOSCRIPT | SKIP_MONITOR | NO_MANDATORY_KEYS | STALE | RUNS_SCRIPT;
const FIRST_KEY = 3;

function argumentsOf(name: string, access: number): readonly Argument[] {
  return [
    string(name),
    integer('numkeys'),
    optional(multiple(key('key', access))),
    optional(multiple(string('arg'))),
  ];
}

/** What clients are told of the keys of a script that comes along. */
function keysOf(access: number, worst: string): readonly KeySpecification[] {
  const notes = `We cannot tell how the keys will be used so we assume the worst, ${worst}`;
  return [{ first: 2, last: 0, step: 1, access, isCounted: true, notes }];
}

const EVAL: CommandEntry = {
  name: 'EVAL',
  flags: FLAGS | MAY_REPLICATE,
  args: argumentsOf('script', RW | ACCESS | UPDATE),
  keySpecifications: keysOf(RW | ACCESS | UPDATE, 'RW and UPDATE'),
  run: (context, request, reply) => evaluate(context, request, reply, false),
};

const EVAL_RO: CommandEntry = {
  name: 'EVAL_RO',
  flags: FLAGS | READONLY,
  args: argumentsOf('script', RO | ACCESS),
  keySpecifications: keysOf(RO | ACCESS, 'RO and ACCESS'),
  run: (context, request, reply) => evaluate(context, request, reply, true),
};

function evaluate(context: Context, request: Request, reply: Reply, isReadOnly: boolean): void {
  showToMonitors(context, request);
  const firstArgument = firstArgumentOf(request, reply);
  if (isRefused(firstArgument)) return;
  const { scripting } = context.server;
  const script = scripting.compile(request, 1, reply);
  if (script === null) return;
  scripting.run(context, script, isReadOnly, request, firstArgument, reply);
}

const EVALSHA: CommandEntry = {
  name: 'EVALSHA',
  flags: FLAGS | MAY_REPLICATE,
  args: argumentsOf('sha1', RW | ACCESS | UPDATE),
  run: (context, request, reply) => evaluateKnown(context, request, reply, false),
};

const EVALSHA_RO: CommandEntry = {
  name: 'EVALSHA_RO',
  flags: FLAGS | READONLY,
  args: argumentsOf('sha1', RO | ACCESS),
  run: (context, request, reply) => evaluateKnown(context, request, reply, true),
};

function evaluateKnown(
  context: Context,
  request: Request,
  reply: Reply,
  isReadOnly: boolean,
): void {
  showToMonitors(context, request);
  if (request.size(1) !== DIGEST_TEXT_SIZE) return reply.error(NO_SCRIPT);
  const firstArgument = firstArgumentOf(request, reply);
  if (isRefused(firstArgument)) return;
  const { scripting } = context.server;
  const script = scripting.find(request, 1);
  if (script === null) return reply.error(NO_SCRIPT);
  scripting.run(context, script, isReadOnly, request, firstArgument, reply);
}

/** Monitors see the script before what it calls. */
function showToMonitors({ server, session }: Context, request: Request): void {
  if (server.monitors.size > 0) feedMonitors(server, session, NO_SECRETS, request);
}

const NO_SECRETS = { isSensitive: () => false };

/** Where the script's arguments begin, behind its keys. */
function firstArgumentOf(request: Request, reply: Reply): number | Refused {
  const keysCount = request.integer(2, reply);
  if (isRefused(keysCount)) return REFUSED;
  if (keysCount > request.count - FIRST_KEY) reply.error(TOO_MANY_KEYS);
  else if (keysCount < 0) reply.error(NEGATIVE_KEYS);
  else return FIRST_KEY + keysCount;
  return REFUSED;
}

const NO_SCRIPT = 'NOSCRIPT No matching script. Please use EVAL.';
const TOO_MANY_KEYS = "ERR Number of keys can't be greater than number of args";
const NEGATIVE_KEYS = "ERR Number of keys can't be negative";

export const EVAL_COMMANDS: readonly CommandEntry[] = [EVAL, EVALSHA, EVALSHA_RO, EVAL_RO];
