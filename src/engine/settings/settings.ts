// The settings of a server: the present value of every directive, CONFIG SET and CONFIG GET.
//
// A value changes through three doors: `set` (CONFIG SET, and an embedding program at the start),
// `load` (a configuration file) and nothing else. After `set` the hooks of what changed run once
// each; if one returns an error, all values of the call are what they were before.
// Texts are latin1: one character per byte.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { globMatch } from '../../domain/bytes/glob.ts';
import { LOADING_ERROR } from '../../domain/errors.ts';
import {
  DENY_LOADING,
  type Directive,
  HIDDEN,
  IMMUTABLE,
  MULTI,
  PROTECTED,
  SENSITIVE,
} from './directive.ts';
import { DIRECTIVE_NAMES, type DirectiveName, findDirectiveName } from './directives.ts';
import { printValue, readValue } from './values.ts';

/** The directory that relative paths start from; `dir` reads and changes it. */
export interface WorkingDirectory {
  path(): string;
  /** Changes to the directory; null, or the words of the operating system for what failed. */
  change(path: string): string | null;
}

/** Acts on a new value. A returned text is the reason why it cannot be had. */
export type ChangeHook = ((settings: Settings) => void) | ((settings: Settings) => string | null);

export interface SettingPair {
  readonly name: string;
  readonly value: string;
}

/** Who sets, and when. */
export interface SetContext {
  /** The client is on this machine: matters to enable-protected-configs local. */
  readonly local: boolean;
  /** The dataset is being loaded. */
  readonly loading: boolean;
  /** Part of the start: nothing is immutable or protected yet, and no hook runs. */
  readonly startup: boolean;
}

export interface SavePoint {
  readonly seconds: number;
  readonly changes: number;
}

/** When a client's unread output has it closed; 0 is no limit. */
export interface OutputBufferLimit {
  readonly hardBytes: number;
  readonly softBytes: number;
  readonly softSeconds: number;
}

/** A change of a running `set`, with what undoes it. */
interface Change {
  readonly entry: DirectiveName;
  readonly value: string;
  previous: string | null;
}

export class Settings {
  readonly #directory: WorkingDirectory;
  /** The states of those that were set; all others are what they are at first. */
  readonly #states = new Map<Directive, string | null>();
  readonly #hooks = new Map<Directive, ChangeHook[]>();
  // The first save line of a file replaces the default, the next ones add to it.
  #saveWasLoaded = false;

  /** All directives at their defaults. Without a port, `dir` is a text and nothing more. */
  constructor(directory: WorkingDirectory = new RememberedDirectory()) {
    this.#directory = directory;
    this.#states.set(directiveOf('dir'), directory.path());
  }

  /**
   * The value of an integer directive. A percentage (maxmemory-clients) is negative. Values past
   * 2^53 - 1 come as 2^53 - 1; `text` has them exactly.
   */
  integer(name: string): number {
    const directive = directiveOf(name);
    if (directive.type !== 'integer') throw new Error(`${name} is not an integer`);
    return Math.min(Number(this.#stateOf(directive)), Number.MAX_SAFE_INTEGER);
  }

  /** The value of a yes/no directive. */
  flag(name: string): boolean {
    const directive = directiveOf(name);
    if (directive.type !== 'flag') throw new Error(`${name} is not a flag`);
    return this.#stateOf(directive) === 'yes';
  }

  /** The value of any directive as CONFIG GET prints it. */
  text(name: string): string {
    const directive = directiveOf(name);
    return printValue(directive, this.#stateOf(directive));
  }

  /** The words of a directive that is a list: bind, the percentiles, the shutdown flags. */
  words(name: string): string[] {
    const value = this.text(name);
    return value === '' ? [] : value.split(' ');
  }

  /** The rules of `save`. */
  savePoints(): SavePoint[] {
    const numbers = this.words('save').map(Number);
    const points: SavePoint[] = [];
    for (let index = 0; index < numbers.length; index += 2) {
      points.push({ seconds: numbers[index], changes: numbers[index + 1] });
    }
    return points;
  }

  /** The output buffer limits of a class of clients. */
  outputBufferLimit(clients: 'normal' | 'slave' | 'pubsub'): OutputBufferLimit {
    const words = this.words('client-output-buffer-limit');
    const at = words.indexOf(clients);
    return {
      hardBytes: Number(words[at + 1]),
      softBytes: Number(words[at + 2]),
      softSeconds: Number(words[at + 3]),
    };
  }

  /** The primary of `replicaof`, or null. */
  primary(): { host: string; port: number } | null {
    const [host, port] = this.words('replicaof');
    return host === undefined ? null : { host, port: Number(port) };
  }

  /** The letters of notify-keyspace-events with A taken apart: `An` is not the same as `A`. */
  eventClasses(): string {
    return this.state('notify-keyspace-events') ?? '';
  }

  /** The directive's state as directive.ts defines it, for CONFIG REWRITE. */
  state(name: string): string | null {
    return this.#stateOf(directiveOf(name));
  }

  /** Whether a value given under this name must be kept out of logs. False if unknown. */
  isSensitive(name: string): boolean {
    const entry = findDirectiveName(name);
    return entry !== null && hasFlag(entry, SENSITIVE);
  }

  /**
   * Calls the hook after a CONFIG SET that changed one of these directives, once per CONFIG SET
   * however many of them it names. See SetContext for when it does not.
   */
  onChange(names: string | readonly string[], hook: ChangeHook): void {
    for (const name of typeof names === 'string' ? [names] : names) {
      const directive = directiveOf(name);
      const hooks = this.#hooks.get(directive);
      if (hooks === undefined) this.#hooks.set(directive, [hook]);
      else hooks.push(hook);
    }
  }

  /**
   * CONFIG GET: [name, value] for every name that a pattern matches, no name twice. A pattern
   * without glob characters finds hidden directives too and comes back as it was written.
   */
  get(patterns: readonly string[]): [name: string, value: string][] {
    const found = new Map<string, [string, string]>();
    for (const pattern of patterns) {
      if (/[[*?]/.test(pattern)) {
        const bytes = latin1Bytes(pattern);
        for (const entry of DIRECTIVE_NAMES) {
          const { name } = entry;
          if (hasFlag(entry, HIDDEN) || found.has(name)) continue;
          const nameBytes = latin1Bytes(name);
          if (globMatch(bytes, 0, bytes.length, nameBytes, 0, nameBytes.length, true)) {
            found.set(name, [name, this.text(name)]);
          }
        }
      } else {
        const entry = findDirectiveName(pattern);
        if (entry === null || found.has(entry.name)) continue;
        found.set(entry.name, [pattern, this.text(entry.name)]);
      }
    }
    return [...found.values()];
  }

  /**
   * CONFIG SET: all of the pairs or none. Null is success, otherwise the error line without its
   * "ERR ", or LOADING_ERROR.
   */
  set(pairs: readonly SettingPair[], context: SetContext): string | null {
    const changes: Change[] = [];
    for (const { name, value } of pairs) {
      const entry = findDirectiveName(name);
      if (entry === null) {
        return `Unknown option or number of arguments for CONFIG SET - '${name}'`;
      }
      const refusal = this.#refusal(entry, changes, context);
      if (refusal === LOADING_ERROR) return refusal;
      if (refusal !== null) return failure(name, refusal);
      changes.push({ entry, value, previous: this.#stateOf(entry.directive) });
    }

    const changed: Change[] = [];
    for (let index = 0; index < changes.length; index++) {
      const { entry, value } = changes[index];
      const { directive } = entry;
      const before = this.#stateOf(directive);
      const error = this.#write(directive, wordsOf(directive, value), false);
      if (error !== null) {
        this.#restore(changes.slice(0, index + 1));
        return failure(entry.name, error);
      }
      if (isLoud(directive) || this.#stateOf(directive) !== before) changed.push(changes[index]);
    }
    if (!context.startup) return this.#apply(changes, changed);
    // What is set over a file takes the place of the file's save lines.
    if (pairs.some(({ name }) => name.toLowerCase() === 'save')) this.replaceSavesOnLoad();
    return null;
  }

  /**
   * Sets a directive from the words of a line in a configuration file, without hooks. Returns what
   * is wrong, or null. The caller has checked that only directives with MULTI get other than one
   * word. Further save lines add to earlier ones.
   */
  load(name: string, words: readonly string[]): string | null {
    return this.#write(directiveOf(name), words, true);
  }

  /** Makes the next save line that is loaded replace the rules so far, as the first one does. */
  replaceSavesOnLoad(): void {
    this.#saveWasLoaded = false;
  }

  #stateOf(directive: Directive): string | null {
    const state = this.#states.get(directive);
    return state === undefined ? directive.initial : state;
  }

  /** Why this entry cannot be set now, whatever the value, or null. */
  #refusal(entry: DirectiveName, earlier: readonly Change[], context: SetContext): string | null {
    if (!context.startup) {
      if (hasFlag(entry, IMMUTABLE)) return "can't set immutable config";
      if (hasFlag(entry, PROTECTED)) {
        const leave = this.text('enable-protected-configs');
        const isAllowed = leave === 'yes' || (leave === 'local' && context.local);
        if (!isAllowed) return "can't set protected config";
      }
      if (context.loading && hasFlag(entry, DENY_LOADING)) return LOADING_ERROR;
    }
    // A directive and its alias may stand side by side, as in Redis; the last one wins.
    return earlier.some((change) => change.entry === entry) ? 'duplicate parameter' : null;
  }

  /** Reads and stores a value; returns what is wrong, or null. */
  #write(directive: Directive, words: readonly string[], fromFile: boolean): string | null {
    const before = this.#stateOf(directive);
    const { state, error } = readValue(directive, words, before);
    if (error !== null) return error;
    if (directive.name === 'dir') {
      const problem = this.#directory.change(state ?? '');
      if (problem !== null) return problem;
      this.#states.set(directive, this.#directory.path());
    } else if (directive.name === 'save' && fromFile) {
      this.#states.set(directive, this.#withEarlierSaves(words, before, state));
      this.#saveWasLoaded = true;
    } else {
      this.#states.set(directive, state);
    }
    return null;
  }

  /** What a save line of a file makes of the rules so far: `save ""` alone removes them. */
  #withEarlierSaves(words: readonly string[], earlier: string | null, state: string | null) {
    if (!this.#saveWasLoaded || earlier === '' || words[0] === '') return state;
    return words.length === 0 ? earlier : `${earlier} ${state}`;
  }

  /** Runs the hooks of what changed, each once; takes everything back if one objects. */
  #apply(changes: readonly Change[], changed: readonly Change[]): string | null {
    const hooks = new Map<ChangeHook, string>();
    for (const { entry } of changed) {
      for (const hook of this.#hooks.get(entry.directive) ?? []) {
        if (!hooks.has(hook)) hooks.set(hook, entry.name);
      }
    }
    for (const [hook, name] of hooks) {
      const error = hook(this);
      if (typeof error !== 'string') continue;
      this.#restore(changes);
      // Also those that were not reached: a hook brings the world in line with the settings,
      // and what was half done by the one that failed has to be undone by it.
      for (const again of hooks.keys()) again(this);
      return failure(name, error);
    }
    return null;
  }

  #restore(changes: readonly Change[]): void {
    for (const { entry, previous } of changes) {
      if (entry.directive.name === 'dir') this.#directory.change(previous ?? '');
      this.#states.set(entry.directive, previous);
    }
  }
}

/** A `dir` for settings that no process stands behind. */
class RememberedDirectory implements WorkingDirectory {
  #path = '.';

  path(): string {
    return this.#path;
  }

  change(path: string): string | null {
    this.#path = path;
    return null;
  }
}

function directiveOf(name: string): Directive {
  const entry = findDirectiveName(name);
  if (entry === null) throw new Error(`no directive has the name ${name}`);
  return entry.directive;
}

function hasFlag({ directive }: DirectiveName, flag: number): boolean {
  return (directive.flags & flag) !== 0;
}

/** CONFIG SET splits at every single space; no text at all is no word. */
function wordsOf(directive: Directive, value: string): string[] {
  if ((directive.flags & MULTI) === 0) return [value];
  return value === '' ? [] : value.split(' ');
}

/** Redis runs the hook of most special directives even if the value was the same. */
function isLoud(directive: Directive): boolean {
  return directive.type === 'special' && !directive.quietWhenEqual;
}

function failure(name: string, reason: string): string {
  return `CONFIG SET failed (possibly related to argument '${name}') - ${reason}`;
}
