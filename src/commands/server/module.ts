// MODULE, of a server that loads no modules: there are none, and loading one fails as in Redis.
import {
  ADMIN,
  type CommandEntry,
  type Context,
  NO_ASYNC_LOADING,
  NOSCRIPT,
  PROTECTED,
} from '../../engine/command.ts';
import {
  block,
  multiple,
  multipleToken,
  optional,
  string,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { helpEntry } from '../help.ts';

const LOAD_FLAGS = NO_ASYNC_LOADING | ADMIN | NOSCRIPT | PROTECTED;

const HELP = [
  'LIST',
  '    Return a list of loaded modules.',
  'LOAD <path> [<arg> ...]',
  '    Load a module library from <path>, passing to it any optional arguments.',
  'LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]',
  '    Load a module library from <path>, while passing it module configurations and optional ' +
    'arguments.',
  'UNLOAD <name>',
  '    Unload a module.',
];

const MODULE_HELP = helpEntry('MODULE', () => HELP);

const MODULE_LIST: CommandEntry = {
  name: 'LIST',
  flags: ADMIN | NOSCRIPT,
  tips: ['nondeterministic_output_order'],
  args: [],
  run: list,
};

function list(_context: Context, _request: Request, reply: Reply): void {
  reply.array(0);
}

const MODULE_LOAD: CommandEntry = {
  name: 'LOAD',
  flags: LOAD_FLAGS,
  args: [string('path'), optional(multiple(string('arg')))],
  run: load,
};

const MODULE_LOADEX: CommandEntry = {
  name: 'LOADEX',
  flags: LOAD_FLAGS,
  args: [
    string('path'),
    optional(
      multipleToken(block('configs', [string('name'), string('value')], { token: 'CONFIG' })),
    ),
    optional(multiple(string('args', { token: 'ARGS' }))),
  ],
  run: load,
};

function load({ server }: Context, request: Request, reply: Reply): void {
  server.log.write('warning', `Module ${request.text(2)} not loaded: there are no modules here`);
  reply.error('ERR Error loading the extension. Please check the server logs.');
}

const MODULE_UNLOAD: CommandEntry = {
  name: 'UNLOAD',
  flags: LOAD_FLAGS,
  args: [string('name')],
  run: unload,
};

function unload(_context: Context, _request: Request, reply: Reply): void {
  reply.error('ERR Error unloading module: no such module with that name');
}

const MODULE: CommandEntry = {
  name: 'MODULE',
  flags: 0,
  args: [],
  subcommands: [MODULE_HELP, MODULE_LIST, MODULE_LOAD, MODULE_LOADEX, MODULE_UNLOAD],
};

export const MODULE_COMMANDS: readonly CommandEntry[] = [MODULE];
