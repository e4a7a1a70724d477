// Puts a group's entries and their documentation together: what all of COMMAND and the engine read.
import type {
  Command,
  CommandDeclaration,
  CommandEntry,
  CommandGroup,
  Documentation,
  Documentations,
} from '../command.ts';

/** The declarations of a group, whose entries all stand in its documentation, and nothing else. */
export function documented(
  group: CommandGroup,
  entries: readonly CommandEntry[],
  documentations: Documentations,
): CommandDeclaration[] {
  return entries.map(({ subcommands, ...entry }) => {
    const own = entry.group ?? group;
    if (subcommands === undefined) return { ...entry, group: own, documentations };
    const declared = documented(own, subcommands, documentations);
    return { ...entry, group: own, documentations, subcommands: declared };
  });
}

/** Finds the documentation of commands, and makes that of a group once for many of them. */
export class DocumentationReader {
  private documentations: Documentations | null = null;
  private made: Readonly<Record<string, Documentation>> = {};

  of({ fullName, declaration }: Command): Documentation {
    const { documentations } = declaration;
    if (documentations !== this.documentations) {
      this.documentations = documentations;
      this.made = documentations();
    }
    return this.made[fullName.toUpperCase()];
  }
}
