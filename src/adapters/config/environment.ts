// Settings from environment variables: REDSTART_MAXMEMORY=100mb is maxmemory 100mb. An underscore
// stands for a dash, and case does not matter. A variable sets the whole value of its directive:
// REDSTART_SAVE="900 1 300 10" takes the place of every save line of the file.
//
// Container platforms put variables of their own beside: for each service REDSTART_SERVICE_HOST,
// REDSTART_PORT=tcp://10.0.0.7:6379 and the like. What is no directive, and the port that is an
// address, is left alone, and the log says so.
import { SENSITIVE } from '../../engine/settings/directive.ts';
import { DIRECTIVES } from '../../engine/settings/directives.ts';

export const ENVIRONMENT_PREFIX = 'REDSTART_';

/** What platforms put where Redstart takes a port: that of a service, with its protocol. */
const SERVICE_ADDRESS = /^[a-z]+:\/\//;

export interface EnvironmentSetting {
  readonly directive: string;
  readonly value: string;
  /** What may be shown of it: a password is not. */
  readonly shown: string;
}

export interface Environment {
  /** Sorted by variable, so that the order is always the same. */
  readonly settings: readonly EnvironmentSetting[];
  /** Lines for the log. */
  readonly warnings: readonly string[];
}

/** The settings of variables whose names begin with the prefix. Texts are latin1. */
export function readEnvironment(variables: ReadonlyMap<string, string>): Environment {
  const settings: EnvironmentSetting[] = [];
  const strange: string[] = [];
  const warnings: string[] = [];
  for (const variable of [...variables.keys()].sort()) {
    const value = variables.get(variable) ?? '';
    const directive = NAMES.get(keyOf(variable.slice(ENVIRONMENT_PREFIX.length)));
    if (directive === undefined) strange.push(variable);
    else if (isServiceAddress(directive.name, value)) {
      warnings.push(`The variable ${variable}=${value} is ignored: it is not a port.`);
    } else {
      const shown = directive.isSecret ? variable : `${variable}=${value}`;
      settings.push({ directive: directive.name, value, shown });
    }
  }
  if (strange.length > 0) {
    warnings.push(`No directives, and ignored, are the variables ${strange.join(' ')}`);
  }
  return { settings, warnings };
}

function isServiceAddress(directive: string, value: string): boolean {
  return /(^|-)port$/.test(directive) && SERVICE_ADDRESS.test(value);
}

const NAMES = new Map<string, { name: string; isSecret: boolean }>();
for (const { name, alias, flags } of DIRECTIVES) {
  const isSecret = (flags & SENSITIVE) !== 0;
  NAMES.set(keyOf(name), { name, isSecret });
  if (alias !== null) NAMES.set(keyOf(alias), { name, isSecret });
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
