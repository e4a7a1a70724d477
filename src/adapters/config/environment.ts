// Settings from environment variables: REDSTART_MAXMEMORY=100mb is maxmemory 100mb. An underscore
// stands for a dash, and case does not matter. A variable sets the whole value of its directive:
// REDSTART_SAVE="900 1 300 10" takes the place of every save line of the file.
import { SENSITIVE } from '../../engine/settings/directive.ts';
import { DIRECTIVES } from '../../engine/settings/directives.ts';

const PREFIX = 'REDSTART_';

export interface EnvironmentSetting {
  /** The variable as it is named in the environment. */
  readonly variable: string;
  /** The directive, or null when none has this name. */
  readonly name: string | null;
  readonly value: string;
  /** What may be shown of it: a password is not. */
  readonly shown: string;
}

/** The settings of an environment, sorted by variable so that the order is always the same. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentSetting[] {
  const settings: EnvironmentSetting[] = [];
  for (const variable of Object.keys(environment).sort()) {
    const value = environment[variable];
    if (value === undefined || !variable.toUpperCase().startsWith(PREFIX)) continue;
    const directive = NAMES.get(keyOf(variable.slice(PREFIX.length))) ?? null;
    const isSecret = directive === null || directive.isSecret;
    settings.push({
      variable,
      name: directive === null ? null : directive.name,
      value,
      shown: isSecret ? variable : `${variable}=${value}`,
    });
  }
  return settings;
}

const NAMES = new Map<string, { name: string; isSecret: boolean }>();
for (const { name, alias, flags } of DIRECTIVES) {
  const isSecret = (flags & SENSITIVE) !== 0;
  NAMES.set(keyOf(name), { name, isSecret });
  if (alias !== null) NAMES.set(keyOf(alias), { name: alias, isSecret });
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
