// The start of a server's settings: defaults, then the file, then the environment, then the
// command line; what comes later wins. Lines take effect one by one, so that an include is looked
// for in the directory that an earlier `dir` has changed to, and the first wrong line is reported.
import { MULTI } from '../../engine/settings/directive.ts';
import { DIRECTIVES, findDirective } from '../../engine/settings/directives.ts';
import type { Settings } from '../../engine/settings/settings.ts';
import { type EnvironmentSetting, readEnvironment } from './environment.ts';
import { nearestName } from './nearest-name.ts';
import { type ConfigLine, parseConfig, splitLines, splitWords } from './parse.ts';

// A file that includes itself would otherwise be read until memory ends.
const INCLUDE_DEPTH_MAX = 16;

const WRONG_LINE = 'Bad directive or wrong number of arguments';

// Directives of old configuration files that mean nothing now; with one value they are skipped.
const DEPRECATED = ['list-max-ziplist-entries', 'list-max-ziplist-value', 'lua-replicate-commands'];

// What a file may hold that is no setting.
const INSTRUCTIONS = ['include', 'rename-command'];

const UNBALANCED = 'Unbalanced quotes in configuration line';

/** Where configuration comes from. Texts are latin1: one character per byte. */
export interface ConfigSources {
  /** The path of the configuration file, or null. */
  readonly configFile: string | null;
  /** What the standard input holds, when the command line asks for it. */
  readonly standardInput: string;
  /** The lines that parseCommandLine made. */
  readonly options: string | null;
  /** The variables whose names begin with the prefix. */
  readonly environment: ReadonlyMap<string, string>;
}

export interface ConfigText {
  readonly text: string;
  /** Why the start has to stop, or null. */
  readonly problem: string | null;
}

/** What the lines of a file do beyond the settings. */
export interface ConfigPorts {
  /**
   * The text of a file. A path with * ? or [ is a pattern: the texts of all files that it matches,
   * one after the other; '' if there is none.
   */
  read(path: string): ConfigText;
  /** rename-command: the new name '' removes the command. Returns what is wrong, or null. */
  renameCommand(name: string, newName: string): string | null;
  /** user: the words behind it. Returns the whole error, or null. */
  user(words: readonly string[]): string | null;
}

export interface LoadedConfig {
  /** What to print before the server ends, without a line end at its end; null if all is well. */
  readonly error: string | null;
  /** Lines for the log. */
  readonly warnings: readonly string[];
}

/** Sets the settings from all sources. `version` is Redstart's, for the error. */
export function loadConfig(
  settings: Settings,
  sources: ConfigSources,
  ports: ConfigPorts,
  version: string,
): LoadedConfig {
  const title = `*** FATAL CONFIG FILE ERROR (Redstart ${version}) ***`;
  const environment = readEnvironment(sources.environment);
  const error = loadSources(settings, sources, ports, title, environment.settings);
  if (error !== null) return { error, warnings: [] };
  const warnings = [...environment.warnings];
  if (settings.flag('cluster-enabled')) {
    if (settings.primary() !== null) {
      return {
        error: `${title}\nreplicaof directive not allowed in cluster mode`,
        warnings,
      };
    }
    const databases = settings.text('databases');
    if (databases !== '1') {
      warnings.push(
        `WARNING: Changing databases number from ${databases} to 1 since we are in cluster mode`,
      );
      settings.load('databases', ['1']);
    }
  }
  return { error: null, warnings };
}

/** Returns the text of the first error, or null. */
function loadSources(
  settings: Settings,
  sources: ConfigSources,
  ports: ConfigPorts,
  title: string,
  variables: readonly EnvironmentSetting[],
): string | null {
  let text = '';
  if (sources.configFile !== null) {
    const file = ports.read(sources.configFile);
    if (file.problem !== null) return file.problem;
    text = file.text;
  }
  text += sources.standardInput;
  const loader = new Loader(settings, ports, title);
  const fileError = loader.load(parseConfig(text), 0);
  if (fileError !== null) return fileError;
  // Redis reads file and options as one text with a line end between them, and counts so.
  const firstNumber = Math.max(1, splitLines(text).length) + 1;
  const options = parseConfig(sources.options ?? '', firstNumber);
  const inOptions = options.map(({ words }) => nameOf(words?.[0] ?? ''));
  for (const setting of variables) {
    // What an option overrules need not even be right.
    const isOverruled = inOptions.includes(setting.directive);
    const error = setFromEnvironment(settings, setting, isOverruled);
    if (error !== null) {
      return `${title}\nReading the environment\n>>> '${setting.shown}'\n${error}`;
    }
  }
  return loader.load(options, 0);
}

/** The name of a directive that may be written by its other one; '' if it is none. */
function nameOf(written: string): string {
  return findDirective(written)?.name ?? '';
}

/** Carries out lines, and those of the files that they include. */
class Loader {
  readonly #settings: Settings;
  readonly #ports: ConfigPorts;
  readonly #title: string;

  constructor(settings: Settings, ports: ConfigPorts, title: string) {
    this.#settings = settings;
    this.#ports = ports;
    this.#title = title;
  }

  /** Returns the text of the first error, or null. */
  load(lines: readonly ConfigLine[], depth: number): string | null {
    for (const line of lines) {
      const { words } = line;
      if (words !== null && words[0] === 'include' && words.length === 2) {
        const error = this.#include(line, words[1], depth + 1);
        if (error !== null) return error;
        continue;
      }
      const error = words === null ? UNBALANCED : this.#carryOut(words);
      if (error !== null) return this.#atLine(line, error);
    }
    return null;
  }

  #include(line: ConfigLine, path: string, depth: number): string | null {
    if (depth > INCLUDE_DEPTH_MAX) {
      return this.#atLine(line, `include goes deeper than ${INCLUDE_DEPTH_MAX} files`);
    }
    const { text, problem } = this.#ports.read(path);
    return problem ?? this.load(parseConfig(text), depth);
  }

  /** Returns what is wrong, or null. */
  #carryOut(words: readonly string[]): string | null {
    const name = words[0];
    const values = words.slice(1);
    if (findDirective(name) !== null) return setFromLine(this.#settings, name, values);
    if (DEPRECATED.includes(name) && values.length === 1) return null;
    if (name === 'rename-command' && values.length === 2) {
      return this.#ports.renameCommand(values[0], values[1]);
    }
    if (name === 'user' && values.length >= 1) return this.#ports.user(values);
    if (name === 'loadmodule' && values.length >= 1) return 'Redstart does not load modules';
    if (name.includes('.')) return 'Redstart has no modules to configure';
    if (name === 'sentinel') return 'sentinel directive while not in sentinel mode';
    const meant = nearestDirective(name);
    return meant === null ? WRONG_LINE : `${WRONG_LINE}\nDid you mean '${meant}'?`;
  }

  #atLine(line: ConfigLine, error: string): string {
    const place = `Reading the configuration file, at line ${line.number}`;
    return `${this.#title}\n${place}\n>>> '${line.text}'\n${error}`;
  }
}

/** What somebody meant who misspelt a directive; null if nothing is near. */
function nearestDirective(name: string): string | null {
  return nearestName(name, [...DIRECTIVES.map((directive) => directive.name), ...INSTRUCTIONS]);
}

function setFromLine(settings: Settings, name: string, values: readonly string[]): string | null {
  const directive = findDirective(name);
  if (directive === null) return WRONG_LINE;
  const takesMany = (directive.flags & MULTI) !== 0;
  if (!takesMany) {
    return values.length === 1 ? settings.load(name, values) : 'wrong number of arguments';
  }
  return settings.load(name, values.length === 1 ? wordsIn(values[0]) : values);
}

/** Returns what is wrong, or null. */
function setFromEnvironment(
  settings: Settings,
  { directive, value }: EnvironmentSetting,
  isOverruled: boolean,
): string | null {
  // A variable replaces the save lines of the file, and those of the command line replace it.
  if (directive === 'save') settings.replaceSavesOnLoad();
  if (isOverruled) return null;
  const error = setFromLine(settings, directive, [value]);
  if (directive === 'save') settings.replaceSavesOnLoad();
  return error;
}

/** One word may hold all the words of a list: --shutdown-on-sigint "nosave force". */
function wordsIn(value: string): readonly string[] {
  return value === '' ? [value] : (splitWords(value) ?? []);
}
