// Every directive of Redis 7.2.6 and of Redstart, and how one is found by a name.
//
// Not here, because they are no settings but instructions of a configuration file: include,
// rename-command, user, loadmodule and sentinel. See adapters/config/load.ts.
import type { Directive } from './directive.ts';
import { DATA_DIRECTIVES } from './directives-data.ts';
import { SERVER_DIRECTIVES } from './directives-server.ts';

/** All of them, each once, under its primary name. */
export const DIRECTIVES: readonly Directive[] = [...SERVER_DIRECTIVES, ...DATA_DIRECTIVES];

const BY_NAME = new Map<string, Directive>();
for (const directive of DIRECTIVES) {
  BY_NAME.set(directive.name, directive);
  if (directive.alias !== null) BY_NAME.set(directive.alias, directive);
}

/** The directive of this name or alias, whatever its case. */
export function findDirective(name: string): Directive | null {
  return BY_NAME.get(name.toLowerCase()) ?? null;
}
