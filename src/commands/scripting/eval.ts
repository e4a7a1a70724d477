// EVAL and its kin: they run a script, which is here already or comes along.
import { type CommandEntry, type Context, MAY_REPLICATE, READONLY } from '../../engine/command.ts';
import { ACCESS, RO, RW, UPDATE } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { DIGEST_TEXT_SIZE } from '../../engine/scripting/script-cache.ts';
import { argumentsOf, FLAGS, firstArgumentOf, keysOf, showToMonitors } from './run.ts';

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

const NO_SCRIPT = 'NOSCRIPT No matching script. Please use EVAL.';

export const EVAL_COMMANDS: readonly CommandEntry[] = [EVAL, EVALSHA, EVALSHA_RO, EVAL_RO];
