// The commands of a server, made of their declarations. Nothing in them ever changes, so that all
// servers of a process that have the same declarations have the same commands, made for the first:
// what a server counts of them it keeps itself, by their indexes (stats/command-stats.ts).
import { Command, type CommandDeclaration } from './command.ts';
import { CommandTable } from './table.ts';

const made = new WeakMap<readonly CommandDeclaration[], CommandTable<Command>>();

/** The table of these commands: always the same of the same list. */
export function commandsOf(declarations: readonly CommandDeclaration[]): CommandTable<Command> {
  const table = made.get(declarations) ?? makeCommands(declarations);
  made.set(declarations, table);
  return table;
}

/** How many commands there are, subcommands included: their indexes are below. */
export function commandsCount({ all }: CommandTable<Command>): number {
  return all.reduce((count, command) => count + countOf(command), 0);
}

function makeCommands(declarations: readonly CommandDeclaration[]): CommandTable<Command> {
  let index = 0;
  return new CommandTable(
    declarations.map((declaration) => {
      const command = new Command(declaration, index);
      index += countOf(command);
      return command;
    }),
  );
}

/** The command and its subcommands. */
function countOf({ subcommands }: Command): number {
  return 1 + (subcommands?.all.length ?? 0);
}
