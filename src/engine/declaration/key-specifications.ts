// Key specifications: where a command's keys are, as COMMAND INFO prints it, derived from its
// arguments; and from them the keys of one call.
import { equalsIgnoreCase } from '../../domain/bytes/ascii.ts';
import { parseInteger } from '../../domain/bytes/integer.ts';
import {
  ACCESS_NAMES,
  type Argument,
  INCOMPLETE,
  isFixedSize,
  NOT_KEY,
  RO,
  VARIABLE_FLAGS,
  wordsOf,
} from './arguments.ts';
import type { KeyPositions } from './key-positions.ts';

/**
 * Keys from argument `first` to `last` (relative to `first`; negative: from the end), every `step`.
 */
export interface KeySpecification {
  readonly first: number;
  /** 0 is one key; -1 is up to the end. */
  readonly last: number;
  readonly step: number;
  readonly access: number;
  readonly notes?: string;
  /**
   * The keys follow this word, which is looked for from `first` on; negative: backwards from there.
   */
  readonly keyword?: string;
  /** With `last` -1: the keys are only the first of so many equal parts of the rest (XREAD: 2). */
  readonly limit?: number;
  /** Argument `first` says how many keys follow it; `last` has no meaning. */
  readonly isCounted?: true;
  /** The keys cannot be told by a rule. */
  readonly isUnknown?: true;
}

/** What is needed of a request to find its keys. */
interface Words {
  readonly buffer: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly count: number;
}

/** What COMMAND INFO prints of the keys for clients that know no specifications. */
export interface LegacyRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Some keys lie outside of the range: the flag `movablekeys`. */
  readonly isMovable: boolean;
}

/**
 * Derives the specifications from the arguments, as long as nothing of variable size comes before.
 */
export function keySpecificationsOf(
  nameWords: number,
  declared: readonly Argument[],
): KeySpecification[] {
  const specifications: KeySpecification[] = [];
  let position = nameWords;
  for (let i = 0; i < declared.length; i++) {
    const argument = declared[i];
    const specification = specificationOf(declared, i, position);
    const previous = specifications.at(-1);
    if (specification !== null && previous !== undefined && isGoneOn(previous, specification)) {
      specifications[specifications.length - 1] = { ...previous, last: previous.last + 1 };
    } else if (specification !== null) {
      specifications.push(specification);
    }
    if (!isFixedSize(argument)) break;
    position += wordsOf(argument);
  }
  return specifications;
}

/** The flags of a specification, in the order in which Redis prints them. */
export function accessFlagNames(access: number): string[] {
  return ACCESS_NAMES.filter((_, bit) => (access & (1 << bit)) !== 0);
}

/** Has the command keys at all? Sharded channels, which are specified like keys, are none. */
export function haveKeys(specifications: readonly KeySpecification[]): boolean {
  return specifications.some(({ access }) => (access & NOT_KEY) === 0);
}

/** The one argument that is always the first key; 0 when there is none. */
export function firstKeyOf(specifications: readonly KeySpecification[]): number {
  if (specifications.length === 0) return 0;
  const { first, keyword, isCounted, isUnknown } = specifications[0];
  if (keyword !== undefined || isUnknown) return 0;
  return isCounted ? first + 1 : first;
}

/** Can the specifications alone tell what is done to the keys of a call? */
export function areFixed(specifications: readonly KeySpecification[]): boolean {
  return specifications.every(({ access }) => (access & VARIABLE_FLAGS) === 0);
}

/**
 * Adds the keys of a call whose command's name is argument `from` of the request to `into`, in
 * order. False, and nothing added, when the specifications cannot tell them, or do not fit the
 * call.
 */
export function addSpecifiedKeys(
  specifications: readonly KeySpecification[],
  request: Words,
  from: number,
  into: KeyPositions,
): boolean {
  const countBefore = into.count;
  for (let i = 0; i < specifications.length; i++) {
    if (addKeysOf(specifications[i], request, from, into)) continue;
    into.count = countBefore;
    return false;
  }
  return true;
}

function addKeysOf(
  specification: KeySpecification,
  request: Words,
  from: number,
  into: KeyPositions,
): boolean {
  const { access, keyword, step } = specification;
  if ((access & NOT_KEY) !== 0) return true;
  if (specification.isUnknown) return false;
  let first = from + specification.first;
  if (keyword !== undefined) {
    first = behindKeyword(keyword, specification.first, request, from);
    if (first < 0) return true;
  }
  let last = lastOf(specification, first, request);
  if (specification.isCounted) {
    const count = countAt(request, first);
    if (count < 0) return false;
    first++;
    last = first + count - 1;
  }
  if (last >= request.count || last < first) return false;
  for (let index = first; index <= last; index += step) into.add(index, access);
  return (access & INCOMPLETE) === 0;
}

/** The range of arguments that holds all keys that lie in plain, adjacent ranges. */
export function legacyRangeOf(specifications: readonly KeySpecification[]): LegacyRange {
  if (specifications.length === 0) return { first: 0, last: 0, step: 0, isMovable: false };
  if (specifications.length === 1 && isPlain(specifications[0])) {
    const { first, last, step, access } = specifications[0];
    return { first, last: absolute(first, last), step, isMovable: (access & INCOMPLETE) !== 0 };
  }
  let first = 0;
  let last = 0;
  let isMovable = false;
  for (const specification of specifications) {
    const isAdjacent = last === 0 || last === specification.first - 1;
    if (!isPlain(specification) || specification.step !== 1 || !isAdjacent) {
      isMovable = true;
      continue;
    }
    if ((specification.access & INCOMPLETE) !== 0) isMovable = true;
    if (first === 0) first = specification.first;
    last = absolute(specification.first, specification.last);
  }
  if (first === 0) return { first: 0, last: 0, step: 0, isMovable: true };
  return { first, last, step: 1, isMovable };
}

/** The specification of argument `at`, if it holds keys. */
function specificationOf(
  declared: readonly Argument[],
  at: number,
  position: number,
): KeySpecification | null {
  const argument = declared[at];
  if (argument.type === 'key' && argument.token === undefined) {
    const access = argument.access ?? RO;
    if (at > 0 && declared[at - 1].name === 'numkeys') {
      return { first: position - 1, last: 0, step: 1, access, isCounted: true };
    }
    const last = argument.multiple ? -1 - wordsBehind(declared, at) : 0;
    return { first: position, last, step: 1, access };
  }
  if (argument.type !== 'block' || !argument.multiple) return null;
  const children = argument.children ?? [];
  const keyAt = children.findIndex((child) => child.type === 'key');
  if (keyAt < 0) return null;
  const access = children[keyAt].access ?? RO;
  return { first: position + keyAt, last: -1, step: children.length, access };
}

/** The words that always stand behind argument `at`. */
function wordsBehind(declared: readonly Argument[], at: number): number {
  let words = 0;
  for (const argument of declared.slice(at + 1)) if (!argument.optional) words += wordsOf(argument);
  return words;
}

/** Is the second specification one more key behind the first, to which the same is done (LCS)? */
function isGoneOn(first: KeySpecification, second: KeySpecification): boolean {
  if (first.last < 0 || second.last !== 0 || first.isCounted || second.isCounted) return false;
  return first.access === second.access && second.first === first.first + first.last + 1;
}

function isPlain({ keyword, isCounted, isUnknown }: KeySpecification): boolean {
  return keyword === undefined && !isCounted && !isUnknown;
}

function absolute(first: number, last: number): number {
  return last < 0 ? last : first + last;
}

/** The argument behind a keyword that is looked for from `start` on; -1 when it is not there. */
function behindKeyword(keyword: string, start: number, request: Words, from: number): number {
  const { buffer, starts, ends, count } = request;
  const word = keyword.toLowerCase();
  const step = start > 0 ? 1 : -1;
  const first = start > 0 ? from + start : count + start;
  const end = start > 0 ? count - 1 : from + 1;
  for (let i = first; i > from && i < count && i !== end; i += step) {
    if (equalsIgnoreCase(buffer, starts[i], ends[i], word)) return i + 1;
  }
  return -1;
}

function lastOf({ last, limit }: KeySpecification, first: number, { count }: Words): number {
  if (last >= 0) return first + last;
  if (limit === undefined) return count + last;
  return first + Math.trunc((count - first) / limit) + last;
}

/** The whole number that an argument is; -1 when it is none or negative. */
function countAt({ buffer, starts, ends, count }: Words, argument: number): number {
  if (argument >= count) return -1;
  const value = parseInteger(buffer, starts[argument], ends[argument]);
  return value >= 0 ? value : -1;
}
