// From a request to the command that it names, its subcommand included.
import type { Command } from './command.ts';
import type { Request } from './request.ts';
import type { CommandTable } from './table.ts';

/** The command of a request; null if there is none of that name, or no such subcommand. */
export function commandOf(commands: CommandTable<Command>, request: Request): Command | null {
  const { buffer, starts, ends, count } = request;
  const command = commands.find(buffer, starts[0], ends[0]);
  if (command === null || command.subcommands === null || count === 1) return command;
  return command.subcommands.find(buffer, starts[1], ends[1]);
}
