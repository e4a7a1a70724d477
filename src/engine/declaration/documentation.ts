// Puts a group's entries and their documentation together: what all of COMMAND and the engine read.
import type {
  Command,
  CommandDeclaration,
  CommandEntry,
  CommandGroup,
  Documentation,
  Documentations,
} from '../command.ts';
import { keySpecificationsOf } from './key-specifications.ts';

/**
 * The declarations of a group, whose entries all stand in its documentation, and nothing else. What
 * follows from them alone is found out here, once for all servers of a process. `words`: of a name.
 */
export function documented(
  group: CommandGroup,
  entries: readonly CommandEntry[],
  documentations: Documentations,
  words = 1,
): CommandDeclaration[] {
  return entries.map(({ subcommands, ...entry }) => {
    const own = entry.group ?? group;
    const keySpecifications = entry.keySpecifications ?? keySpecificationsOf(words, entry.args);
    const declaration = { ...entry, group: own, documentations, keySpecifications };
    if (subcommands === undefined) return declaration;
    return { ...declaration, subcommands: documented(own, subcommands, documentations, words + 1) };
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
