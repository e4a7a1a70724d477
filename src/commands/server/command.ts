// COMMAND: the server tells of its own commands. Everything is read off the declarations.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { globMatch } from '../../domain/bytes/glob.ts';
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import {
  CONSTANT_TIME,
  type Command,
  type CommandEntry,
  type Context,
  LOADING,
  NO_MANDATORY_KEYS,
  STALE,
} from '../../engine/command.ts';
import { multiple, oneof, optional, pattern, string } from '../../engine/declaration/arguments.ts';
import { categoriesOf } from '../../engine/declaration/categories.ts';
import { DocumentationReader } from '../../engine/declaration/documentation.ts';
import { KeyPositions } from '../../engine/declaration/key-positions.ts';
import { haveKeys } from '../../engine/declaration/key-specifications.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';
import type { CommandTable } from '../../engine/table.ts';
import { helpEntry } from '../help.ts';
import { writeAccess, writeDocs, writeInfo } from './command-reply.ts';

/** What all entries have in common. */
const SHARED = { flags: LOADING | STALE, categories: ['connection'] } as const;
const NAMES = [optional(multiple(string('command-name')))];
const FULL_COMMAND = [string('command'), optional(multiple(string('arg')))];

/** Does a command belong into the list? */
type Filter = (command: Command) => boolean;

const COMMAND_COUNT: CommandEntry = {
  ...SHARED,
  name: 'COUNT',
  flags: SHARED.flags | CONSTANT_TIME,
  args: [],
  run: count,
};

function count(context: Context, _request: Request, reply: Reply): void {
  reply.integer(context.server.commands.all.length);
}

const COMMAND_DOCS: CommandEntry = {
  ...SHARED,
  name: 'DOCS',
  args: NAMES,
  tips: ['nondeterministic_output_order'],
  run: docs,
};

function docs(context: Context, request: Request, reply: Reply): void {
  const { commands } = context.server;
  let found = commands.all;
  if (request.count > 2) {
    const named: Command[] = [];
    for (let i = 2; i < request.count; i++) {
      const command = commandNamed(commands, request, i);
      if (command !== null) named.push(command);
    }
    found = named;
  }
  reply.map(found.length);
  const reader = new DocumentationReader();
  for (const command of found) writeDocs(reply, command, reader);
}

const COMMAND_GETKEYS: CommandEntry = {
  ...SHARED,
  name: 'GETKEYS',
  args: FULL_COMMAND,
  run: getKeys,
};

function getKeys(context: Context, request: Request, reply: Reply): void {
  writeKeys(context, request, reply, false);
}

const COMMAND_GETKEYSANDFLAGS: CommandEntry = {
  ...SHARED,
  name: 'GETKEYSANDFLAGS',
  args: FULL_COMMAND,
  run: getKeysAndFlags,
};

function getKeysAndFlags(context: Context, request: Request, reply: Reply): void {
  writeKeys(context, request, reply, true);
}

const COMMAND_HELP = helpEntry('COMMAND', () => HELP, {
  ...SHARED,
  flags: SHARED.flags | CONSTANT_TIME,
});

/** The command that one argument names: `get`, `client|id`. */
function commandNamed(
  table: CommandTable<Command>,
  request: Request,
  argument: number,
): Command | null {
  const words = request.text(argument).split('|');
  const command = table.findText(words[0]);
  if (words.length === 1 || command === null) return command;
  return words.length === 2 ? (command.subcommands?.findText(words[1]) ?? null) : null;
}

/** The filter of COMMAND LIST FILTERBY. */
function readFilter(request: Request, reply: Reply): Filter | Refused {
  const { buffer, starts, ends } = request;
  if (request.count === 5 && request.is(2, 'filterby')) {
    // There are no modules, so none of them has commands.
    if (request.is(3, 'module')) return () => false;
    if (request.is(3, 'aclcat')) {
      const category = request.text(4).toLowerCase();
      return (command) => categoriesOf(command).includes(category);
    }
    if (request.is(3, 'pattern')) {
      return ({ fullName }) => {
        const name = latin1Bytes(fullName);
        return globMatch(buffer, starts[4], ends[4], name, 0, name.length, true);
      };
    }
  }
  reply.error(SYNTAX_ERROR);
  return REFUSED;
}

function addNames(table: CommandTable<Command>, isListed: Filter, names: string[]): void {
  for (const command of table.all) {
    if (isListed(command)) names.push(command.fullName);
    if (command.subcommands !== null) addNames(command.subcommands, isListed, names);
  }
}

function writeKeys(context: Context, request: Request, reply: Reply, withFlags: boolean): void {
  const { buffer, starts, ends } = request;
  const command = commandCalled(context.server.commands, request);
  if (command === null) return reply.error('ERR Invalid command specified');
  if (!haveKeys(command.keySpecifications)) {
    return reply.error('ERR The command has no key arguments');
  }
  if (!command.acceptsCount(request.count - 2)) {
    return reply.error('ERR Invalid number of arguments specified for command');
  }
  const keys = context.scratch.of(KeyPositions);
  command.keysOf(request, keys, 2);
  if (keys.count === 0 && (command.flags & NO_MANDATORY_KEYS) === 0) {
    return reply.error('ERR Invalid arguments specified for command');
  }
  reply.array(keys.count);
  for (let i = 0; i < keys.count; i++) {
    const index = keys.indexes[i];
    if (withFlags) reply.array(2);
    reply.bulk(buffer, starts[index], ends[index]);
    if (withFlags) writeAccess(reply, keys.accesses[i]);
  }
}

/** The command, or subcommand, that the arguments from the third on call. */
function commandCalled(table: CommandTable<Command>, request: Request): Command | null {
  const { buffer, starts, ends } = request;
  const command = table.find(buffer, starts[2], ends[2]);
  if (command === null || command.subcommands === null || request.count === 3) return command;
  return command.subcommands.find(buffer, starts[3], ends[3]);
}

const HELP = [
  '(no subcommand)',
  '    Return details about all Redis commands.',
  'COUNT',
  '    Return the total number of commands in this Redis server.',
  'LIST',
  '    Return a list of all commands in this Redis server.',
  'INFO [<command-name> ...]',
  '    Return details about multiple Redis commands.',
  '    If no command names are given, documentation details for all',
  '    commands are returned.',
  'DOCS [<command-name> ...]',
  '    Return documentation details about multiple Redis commands.',
  '    If no command names are given, documentation details for all',
  '    commands are returned.',
  'GETKEYS <full-command>',
  '    Return the keys from a full Redis command.',
  'GETKEYSANDFLAGS <full-command>',
  '    Return the keys and the access flags from a full Redis command.',
];

const COMMAND_INFO: CommandEntry = {
  ...SHARED,
  name: 'INFO',
  args: NAMES,
  tips: ['nondeterministic_output_order'],
  run: info,
};

function info(context: Context, request: Request, reply: Reply): void {
  if (request.count === 2) return infoOfAll(context, request, reply);
  reply.array(request.count - 2);
  for (let i = 2; i < request.count; i++) {
    writeInfo(reply, commandNamed(context.server.commands, request, i));
  }
}

const COMMAND_LIST: CommandEntry = {
  ...SHARED,
  name: 'LIST',
  args: [
    optional(
      oneof(
        'filterby',
        [
          string('module-name', { token: 'MODULE' }),
          string('category', { token: 'ACLCAT' }),
          pattern('pattern', { token: 'PATTERN' }),
        ],
        { token: 'FILTERBY' },
      ),
    ),
  ],
  tips: ['nondeterministic_output_order'],
  run: list,
};

function list(context: Context, request: Request, reply: Reply): void {
  const isListed = request.count === 2 ? () => true : readFilter(request, reply);
  if (isRefused(isListed)) return;
  const names: string[] = [];
  addNames(context.server.commands, isListed, names);
  reply.array(names.length);
  for (const name of names) reply.bulkText(name);
}

const COMMAND: CommandEntry = {
  ...SHARED,
  name: 'COMMAND',
  args: [],
  arity: -1,
  tips: ['nondeterministic_output_order'],
  run: infoOfAll,
  subcommands: [
    COMMAND_COUNT,
    COMMAND_DOCS,
    COMMAND_GETKEYS,
    COMMAND_GETKEYSANDFLAGS,
    COMMAND_HELP,
    COMMAND_INFO,
    COMMAND_LIST,
  ],
};

function infoOfAll(context: Context, _request: Request, reply: Reply): void {
  const { all } = context.server.commands;
  reply.array(all.length);
  for (const command of all) writeInfo(reply, command);
}

export const COMMAND_COMMANDS: readonly CommandEntry[] = [COMMAND];
