// How a command's arguments are declared: a small tree, from which arity, key positions, COMMAND
// DOCS, the option parser and the random tests' grammar are derived. Builders first, types below.

// What a command does to a key: the flags of its key specification, named as COMMAND INFO prints
// them.
/** Only reads the value or its attributes; RW, OW and RM: changes, overwrites, removes the key. */
export const RO = 1 << 0;
export const RW = 1 << 1;
export const OW = 1 << 2;
export const RM = 1 << 3;
/** Returns or copies data of the value; the others: changes, adds to, deletes from its data. */
export const ACCESS = 1 << 4;
export const UPDATE = 1 << 5;
export const INSERT = 1 << 6;
export const DELETE = 1 << 7;
export const NOT_KEY = 1 << 8;
export const INCOMPLETE = 1 << 9;
export const VARIABLE_FLAGS = 1 << 10;
/** The names of these bits, lowest first. */
export const ACCESS_NAMES = [
  'RO',
  'RW',
  'OW',
  'RM',
  'access',
  'update',
  'insert',
  'delete',
  'not_key',
  'incomplete',
  'variable_flags',
];

type ArgumentType =
  | 'string'
  | 'integer'
  | 'double'
  | 'key'
  | 'pattern'
  | 'unix-time'
  | 'pure-token'
  | 'oneof'
  | 'block';

export interface Argument {
  readonly name: string;
  readonly type: ArgumentType;
  readonly token?: string;
  readonly displayText?: string;
  readonly summary?: string;
  readonly since?: string;
  readonly deprecatedSince?: string;
  readonly optional?: true;
  readonly multiple?: true;
  readonly multipleToken?: true;
  /** Of a key: what is done to it. */
  readonly access?: number;
  /**
   * The key specification that it belongs to, where that does not follow from the order of the
   * keys.
   */
  readonly keySpecification?: number;
  readonly children?: readonly Argument[];
}

/** Attributes that any argument may have. */
export interface ArgumentExtras {
  token?: string;
  displayText?: string;
  since?: string;
  deprecatedSince?: string;
  summary?: string;
  keySpecification?: number;
}

export function key(name: string, access: number, extras: ArgumentExtras = {}): Argument {
  return { name, type: 'key', access, ...extras };
}

export function string(name: string, extras: ArgumentExtras = {}): Argument {
  return { name, type: 'string', ...extras };
}

export function integer(name: string, extras: ArgumentExtras = {}): Argument {
  return { name, type: 'integer', ...extras };
}

export function double(name: string, extras: ArgumentExtras = {}): Argument {
  return { name, type: 'double', ...extras };
}

export function pattern(name: string, extras: ArgumentExtras = {}): Argument {
  return { name, type: 'pattern', ...extras };
}

export function unixTime(name: string, extras: ArgumentExtras = {}): Argument {
  return { name, type: 'unix-time', ...extras };
}

/** A word that stands for itself: `NX`. */
export function token(name: string, word: string, extras: ArgumentExtras = {}): Argument {
  return { name, type: 'pure-token', token: word, ...extras };
}

export function oneof(name: string, children: Argument[], extras: ArgumentExtras = {}): Argument {
  return { name, type: 'oneof', children, ...extras };
}

export function block(name: string, children: Argument[], extras: ArgumentExtras = {}): Argument {
  return { name, type: 'block', children, ...extras };
}

export function optional(argument: Argument): Argument {
  return { ...argument, optional: true };
}

export function multiple(argument: Argument): Argument {
  return { ...argument, multiple: true };
}

/** Each repetition brings its token again: `[ID 1] [ID 2]`. */
export function multipleToken(argument: Argument): Argument {
  return { ...argument, multiple: true, multipleToken: true };
}

/**
 * Redis's arity: how many words the shortest call has, the command's own name included; negative
 * when there may be more.
 */
export function arityOf(nameWords: number, declared: readonly Argument[]): number {
  let words = nameWords;
  let isFixed = true;
  for (const argument of declared) {
    words += argument.optional ? 0 : wordsOf(argument);
    if (!isFixedSize(argument)) isFixed = false;
  }
  return isFixed ? words : -words;
}

/** Words of the shortest form of an argument, its own token included. */
export function wordsOf(argument: Argument): number {
  const own = argument.token !== undefined && argument.type !== 'pure-token' ? 1 : 0;
  const children = argument.children ?? [];
  if (argument.type === 'oneof') return own + Math.min(...children.map(wordsOf));
  if (argument.type !== 'block') return own + 1;
  let words = own;
  for (const child of children) if (!child.optional) words += wordsOf(child);
  return words;
}

/** Has an argument the same number of words in every call? */
export function isFixedSize(argument: Argument): boolean {
  if (argument.optional || argument.multiple) return false;
  const children = argument.children ?? [];
  if (!children.every(isFixedSize)) return false;
  return argument.type !== 'oneof' || new Set(children.map(wordsOf)).size === 1;
}
