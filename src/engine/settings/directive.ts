// What a configuration directive is, and the small builders that the tables are written with.
//
// The value of every directive is kept as a text, its *state*: 'yes', 'allkeys-lru', a decimal
// int64, '900 1 300 10'. A state of null is Redis's NULL string: it prints as '' and CONFIG
// REWRITE leaves it out of the file. State and printed value differ for three kinds only: memory
// and percent (a percentage is a negative number), octal, and notify-keyspace-events.

/** Set at the start only; CONFIG SET refuses it. */
export const IMMUTABLE = 1;
/** CONFIG GET shows it by its exact name only, never through a pattern. */
export const HIDDEN = 2;
/** CONFIG SET needs the leave of enable-protected-configs. */
export const PROTECTED = 4;
/** CONFIG SET refuses it while the dataset loads. */
export const DENY_LOADING = 8;
/** Its value must not reach the slow log, MONITOR or a log. */
export const SENSITIVE = 16;
/** The value is a list of words. */
export const MULTI = 32;
/** Known, but what it configures does not exist here: only its default is accepted. */
export const NOT_BUILT = 64;

export const INT_MAX = 0x7fff_ffffn;
export const INT_MIN = -INT_MAX - 1n;
export const UINT_MAX = 0xffff_ffffn;
export const LONG_MAX = 0x7fff_ffff_ffff_ffffn;
export const ULONG_MAX = 0xffff_ffff_ffff_ffffn;

/** Says what is wrong with a value in Redis's words, or null. */
type Check = (value: string) => string | null;

/** The outcome of reading words as a value: the new state, or an error and no state. */
export interface Reading {
  readonly state: string | null;
  readonly error: string | null;
}

interface Named {
  readonly name: string;
  /** A second name, listed as a directive of its own. */
  readonly alias: string | null;
  readonly flags: number;
  /** The state of a fresh server. */
  readonly initial: string | null;
}

interface FlagDirective extends Named {
  readonly type: 'flag';
  readonly check: Check | null;
}

interface TextDirective extends Named {
  readonly type: 'text';
  /** An empty value becomes null. */
  readonly emptyIsNull: boolean;
  /** The value may hold NUL; otherwise it ends there, as a C string does. */
  readonly binary: boolean;
  readonly check: Check | null;
}

interface ChoiceDirective extends Named {
  readonly type: 'choice';
  readonly choices: readonly string[];
  /** Choices that are another word for an earlier one, e.g. relative for yes. */
  readonly synonyms: Readonly<Record<string, string>>;
}

/** How the number is written: see numbers.ts. */
type IntegerUnit = 'plain' | 'memory' | 'memory-or-percent' | 'octal';

export interface IntegerDirective extends Named {
  readonly type: 'integer';
  readonly unit: IntegerUnit;
  /** C's type: of an unsigned one a negative number is a huge one when bounds are checked. */
  readonly unsigned: boolean;
  readonly minimum: bigint;
  readonly maximum: bigint;
  /** Values outside of these are accepted and brought inside. */
  readonly clamp: readonly [bigint, bigint] | null;
}

interface SpecialDirective extends Named {
  readonly type: 'special';
  /** Reads the words of a value; `state` is the present one, for what is set in parts. */
  readonly read: (words: readonly string[], state: string | null) => Reading;
  readonly print: (state: string) => string;
  /** Setting the value that it has already is no change, so no hook runs. */
  readonly quietWhenEqual: boolean;
}

export type Directive =
  | FlagDirective
  | TextDirective
  | ChoiceDirective
  | IntegerDirective
  | SpecialDirective;

interface FlagOptions {
  readonly alias?: string;
  readonly flags?: number;
  readonly check?: Check;
}

/** A yes/no directive. */
export function flag(name: string, initial: boolean, options: FlagOptions = {}): Directive {
  return {
    ...named(name, initial ? 'yes' : 'no', options),
    type: 'flag',
    check: options.check ?? null,
  };
}

/** A free text; an initial value of null says that empty means null. */
export function text(
  name: string,
  initial: string | null,
  options: FlagOptions & { readonly binary?: boolean } = {},
): Directive {
  return {
    ...named(name, initial, options),
    type: 'text',
    emptyIsNull: initial === null,
    binary: options.binary ?? false,
    check: options.check ?? null,
  };
}

/** One word of a list, without regard to case. */
export function choice(
  name: string,
  initial: string,
  choices: readonly string[],
  options: { readonly flags?: number; readonly synonyms?: Record<string, string> } = {},
): Directive {
  return {
    ...named(name, initial, options),
    type: 'choice',
    choices,
    synonyms: options.synonyms ?? {},
  };
}

interface IntegerOptions {
  readonly alias?: string;
  readonly flags?: number;
  readonly unit?: IntegerUnit;
  readonly unsigned?: boolean;
  readonly clamp?: readonly [bigint, bigint];
}

/** A 64-bit integer between inclusive bounds. */
export function integer(
  name: string,
  initial: number,
  minimum: number | bigint,
  maximum: number | bigint,
  options: IntegerOptions = {},
): Directive {
  return {
    ...named(name, String(initial), options),
    type: 'integer',
    unit: options.unit ?? 'plain',
    unsigned: options.unsigned ?? false,
    minimum: BigInt(minimum),
    maximum: BigInt(maximum),
    clamp: options.clamp ?? null,
  };
}

/** A directive with a grammar of its own: see special.ts. */
export function special(
  name: string,
  initial: string | null,
  read: SpecialDirective['read'],
  options: {
    readonly alias?: string;
    readonly flags?: number;
    readonly print?: SpecialDirective['print'];
    readonly quietWhenEqual?: boolean;
  } = {},
): Directive {
  return {
    ...named(name, initial, options),
    type: 'special',
    read,
    print: options.print ?? ((state) => state),
    quietWhenEqual: options.quietWhenEqual ?? false,
  };
}

function named(
  name: string,
  initial: string | null,
  options: { readonly alias?: string; readonly flags?: number },
): Named {
  return { name, alias: options.alias ?? null, flags: options.flags ?? 0, initial };
}
