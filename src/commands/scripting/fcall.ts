// FCALL and FCALL_RO: they run a function of a library.
import { type CommandEntry, type Context, MAY_REPLICATE, READONLY } from '../../engine/command.ts';
import { ACCESS, RO, RW, UPDATE } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { argumentsOf, FLAGS, firstArgumentOf, keysOf, showToMonitors } from './run.ts';

const FCALL: CommandEntry = {
  name: 'FCALL',
  flags: FLAGS | MAY_REPLICATE,
  args: argumentsOf('function', RW | ACCESS | UPDATE),
  keySpecifications: keysOf(RW | ACCESS | UPDATE, 'RW and UPDATE'),
  run: (context, request, reply) => call(context, request, reply, false),
};

const FCALL_RO: CommandEntry = {
  name: 'FCALL_RO',
  flags: FLAGS | READONLY,
  args: argumentsOf('function', RO | ACCESS),
  keySpecifications: keysOf(RO | ACCESS, 'RO and ACCESS'),
  run: (context, request, reply) => call(context, request, reply, true),
};

function call(context: Context, request: Request, reply: Reply, isReadOnly: boolean): void {
  showToMonitors(context, request);
  const { scripting } = context.server;
  const called = scripting.functions.find(request, 1);
  if (called === null) return reply.error('ERR Function not found');
  const firstArgument = firstArgumentOf(request, reply, 'ERR Bad number of keys provided');
  if (isRefused(firstArgument)) return;
  scripting.runFunction(context, called, isReadOnly, request, firstArgument, reply);
}

export const FCALL_COMMANDS: readonly CommandEntry[] = [FCALL, FCALL_RO];
