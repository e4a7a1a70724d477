// Puts a group's entries and their documentation together: what all of COMMAND and the engine read.
import type { CommandDeclaration, CommandEntry, CommandGroup, Documentation } from '../command.ts';

/** Documentation by full name: `GET`, `CLIENT|KILL`. */
type Documentations = Readonly<Record<string, Documentation>>;

/**
 * The declarations of a group. Throws when an entry has no documentation, or a documentation no
 * entry: the server does not start then.
 */
export function documented(
  group: CommandGroup,
  entries: readonly CommandEntry[],
  documentations: Documentations,
): CommandDeclaration[] {
  const unused = new Set(Object.keys(documentations));
  const declarations = entries.map((entry) =>
    declarationOf(entry, entry.name, group, documentations, unused),
  );
  if (unused.size > 0) throw new Error(`documentation without a command: ${[...unused].join()}`);
  return declarations;
}

function declarationOf(
  entry: CommandEntry,
  fullName: string,
  group: CommandGroup,
  documentations: Documentations,
  unused: Set<string>,
): CommandDeclaration {
  const { subcommands, ...rest } = entry;
  const own = entry.group ?? group;
  if (!unused.delete(fullName)) throw new Error(`${fullName} has no documentation, or two entries`);
  const declaration = { ...rest, ...documentations[fullName], group: own };
  if (subcommands === undefined) return declaration;
  const declared = subcommands.map((subcommand) =>
    declarationOf(subcommand, `${fullName}|${subcommand.name}`, own, documentations, unused),
  );
  return { ...declaration, subcommands: declared };
}
