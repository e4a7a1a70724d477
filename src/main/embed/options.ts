// From the options of createServer() to the settings of a server. What is misspelt or cannot be is
// refused before anything is opened.
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { nearestName } from '../../adapters/config/nearest-name.ts';
import { HIDDEN, NOT_BUILT } from '../../engine/settings/directive.ts';
import { DIRECTIVES, findDirective } from '../../engine/settings/directives.ts';
import { type SettingPair, Settings } from '../../engine/settings/settings.ts';
import { OwnDirectory, toLatin1 } from '../../infrastructure/files.ts';
import { errorCode, errorWords } from '../../infrastructure/system-error.ts';
import type { ServerOptions } from './api.ts';
import { RedstartError } from './errors.ts';
import { PROCESS_DIRECTIVES } from './process-directives.ts';

const DEFAULT_HOST = '127.0.0.1';
const PORT_MAX = 65535;
const STARTUP = { startup: true, local: true, loading: false };

/** The options that there are, with the types that typeof has for them. */
const OPTIONS: Readonly<Record<keyof ServerOptions, readonly string[]>> = {
  port: ['number'],
  host: ['string', 'object'],
  path: ['string', 'boolean'],
  dir: ['string'],
  config: ['object'],
  log: ['function'],
};

/** The settings. `name` makes up a name that no file has. */
export function settingsOf(options: ServerOptions, makeName: () => string): Settings {
  check(options);
  const { port, host = DEFAULT_HOST, path, dir, config = {} } = options;
  const directory = dir === undefined ? null : resolve(dir);
  const settings =
    directory === null ? new Settings() : new Settings(new OwnDirectory(made(directory)));
  const hosts = typeof host === 'string' ? [host] : host;
  const socket = path === true ? socketPath(makeName()) : path;
  const pairs: [string, unknown][] = [
    ['port', port ?? 0],
    ['bind', hosts.join(' ')],
    ['unixsocket', socket === undefined || isPipe(socket) ? (socket ?? '') : resolve(socket)],
    ['save', ''],
    ['appendonly', directory !== null],
    ...Object.entries(config).filter(([, value]) => value !== undefined),
  ];
  for (const [name, value] of pairs) set(settings, name, value);
  if (directory === null && (settings.flag('appendonly') || settings.text('save') !== '')) {
    throw badOption('data that lasts needs the option dir: config has appendonly or save');
  }
  return settings;
}

function check(options: ServerOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const types = OPTIONS[name as keyof ServerOptions];
    if (types === undefined)
      throw badOption(
        `there is no option ${name}${meant(nearestName(name, Object.keys(OPTIONS)))}`,
      );
    if (value === undefined) continue;
    if (value === null || !types.includes(typeof value)) {
      throw badOption(`the option ${name} must be a ${types.join(' or ')}`);
    }
  }
  const { port, host, path, config = {} } = options;
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= PORT_MAX)) {
    throw badOption(`port must be a whole number from 0 to ${PORT_MAX}`);
  }
  if (host !== undefined && port === undefined) throw badOption('host needs a port');
  if ((path as unknown) === false) throw badOption('path must be a string or true');
  for (const name of Object.keys(config)) {
    if (!isForEmbedding(name))
      throw badOption(
        `config has no directive ${name}${meant(nearestName(name, directivesForEmbedding()))}`,
      );
  }
}

function directivesForEmbedding(): string[] {
  return DIRECTIVES.map(({ name }) => name).filter(isForEmbedding);
}

function meant(name: string | null): string {
  return name === null ? '' : `: did you mean ${name}?`;
}

/** May `config` have the directive? Others are the process's, or options. */
export function isForEmbedding(name: string): boolean {
  const directive = findDirective(name);
  if (directive === null || (directive.flags & (HIDDEN | NOT_BUILT)) !== 0) return false;
  return !PROCESS_DIRECTIVES.has(directive.name);
}

function set(settings: Settings, name: string, value: unknown): void {
  const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  const pair: SettingPair = { name, value: toLatin1(text) };
  const problem = settings.set([pair], STARTUP);
  if (problem !== null) throw badOption(`${name} '${text}': ${reasonOf(problem)}`);
}

/** What stands behind the words of CONFIG SET. */
function reasonOf(problem: string): string {
  return problem.slice(problem.indexOf(' - ') + ' - '.length);
}

/** The directory, which is there then. */
function made(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    return directory;
  } catch (error) {
    throw new RedstartError(errorCode(error), `dir '${directory}': ${errorWords(error)}`);
  }
}

function socketPath(name: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\redstart-${name}`;
  return join(tmpdir(), `redstart-${name}.sock`);
}

function isPipe(path: string): boolean {
  return process.platform === 'win32' && path.startsWith('\\\\');
}

function badOption(message: string): RedstartError {
  return new RedstartError('ERR_BAD_OPTION', message);
}
