// Every directive of Redis 7.2.6 and of Redstart, and how one is found by a name.
//
// Not here, because they are no settings but instructions of a configuration file: include,
// rename-command, user, loadmodule and sentinel. See adapters/config/load.ts.
import type { Directive } from './directive.ts';
import { DATA_DIRECTIVES } from './directives-data.ts';
import { SERVER_DIRECTIVES } from './directives-server.ts';

/** All of them, each once, under its primary name. */
export const DIRECTIVES: readonly Directive[] = [...SERVER_DIRECTIVES, ...DATA_DIRECTIVES];

/** A name that a client may use; a directive has one or two. */
export interface DirectiveName {
  readonly name: string;
  readonly directive: Directive;
}

/** All names, in the order of the directives. */
export const DIRECTIVE_NAMES: readonly DirectiveName[] = DIRECTIVES.flatMap((directive) =>
  [directive.name, directive.alias]
    .filter((name) => name !== null)
    .map((name) => ({ name, directive })),
);

const BY_NAME = new Map(DIRECTIVE_NAMES.map((each) => [each.name, each]));

/** What is there of this name, whatever its case. */
export function findDirectiveName(name: string): DirectiveName | null {
  return BY_NAME.get(name.toLowerCase()) ?? null;
}

/** The directive of this name or alias, whatever its case. */
export function findDirective(name: string): Directive | null {
  return findDirectiveName(name)?.directive ?? null;
}
