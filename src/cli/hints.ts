// The rest of a command's syntax behind what was typed: the words are matched against the arguments
// that the command has, and what is not matched yet is written down.
import { splitWords } from '../adapters/config/parse.ts';
import type { Argument, CommandDocument, Documents } from './documents.ts';

/** How far the words go with an argument. */
class Match {
  readonly argument: Argument;
  readonly parts: Match[];
  /** Words of it; 0 when it was not begun. */
  words = 0;
  hasToken = false;
  hasName = false;
  isWhole = false;

  constructor(argument: Argument) {
    this.argument = argument;
    this.parts = argument.parts.map((part) => new Match(part));
  }

  clear(): void {
    this.words = 0;
    this.hasToken = false;
    this.hasName = false;
    this.isWhole = false;
    for (const part of this.parts) part.clear();
  }
}

/** All of a command's syntax, without its name. */
export function syntaxOf(command: CommandDocument): string {
  return hintForAll(
    command.arguments.map((argument) => new Match(argument)),
    ' ',
  );
}

/** What may follow a line that is being typed; its last word counts when a blank is behind it. */
export function hintForLine(documents: Documents, line: string): string {
  const words = splitWords(line);
  if (words === null || words.length === 0) return '';
  const typed = /\s$/.test(line) ? words : words.slice(0, -1);
  const command = documents.find(typed);
  return command === null ? '' : hintFor(command, typed.slice(command.words.length));
}

/** What may follow the words behind the command's name; '' if they do not fit. */
function hintFor(command: CommandDocument, words: readonly string[]): string {
  const matches = command.arguments.map((argument) => new Match(argument));
  return matchAll(words, matches) === words.length ? hintForAll(matches, ' ') : '';
}

/** How many of the words fit, in order; 0 when an argument that must be there does not. */
function matchAll(words: readonly string[], matches: readonly Match[]): number {
  let taken = 0;
  for (let i = 0; i < matches.length && taken < words.length; i++) {
    if (matches[i].argument.isOptional) {
      const end = endOfOptional(matches, i);
      taken += matchOptional(words.slice(taken), matches.slice(i, end));
      i = end - 1;
      continue;
    }
    const more = match(words.slice(taken), matches[i]);
    if (more === 0) return 0;
    taken += more;
  }
  return taken;
}

/** Optional arguments that stand together come in any order, each once. */
function matchOptional(words: readonly string[], matches: readonly Match[]): number {
  let taken = 0;
  let last: Match | null = null;
  while (taken < words.length) {
    const rest = words.slice(taken);
    let more = 0;
    const found = matches.find((each) => each.words === 0 && (more = match(rest, each)) > 0);
    if (found === undefined) break;
    // The next one has begun, so this one is over.
    if (last !== null) last.isWhole = true;
    last = found;
    taken += more;
  }
  return taken;
}

/** An argument, as often as it may come. */
function match(words: readonly string[], one: Match): number {
  let taken = matchOnce(words, one);
  const { isMultiple, token, repeatsToken } = one.argument;
  if (!isMultiple) return taken;
  while (one.isWhole && taken < words.length) {
    one.clear();
    const rest = words.slice(taken);
    if (token !== '' && !repeatsToken) {
      taken += matchBody(rest, one);
      if (one.words > 0) one.hasToken = true;
    } else {
      taken += matchOnce(rest, one);
    }
  }
  // More may follow.
  one.isWhole = false;
  return taken;
}

function matchOnce(words: readonly string[], one: Match): number {
  const { token, type } = one.argument;
  if (token === '') return matchBody(words, one);
  if (words[0].toUpperCase() !== token.toUpperCase()) return 0;
  one.hasToken = true;
  one.words = 1;
  if (type === 'pure-token') one.isWhole = true;
  if (type === 'pure-token' || words.length === 1) return 1;
  return matchBody(words.slice(1), one);
}

const NUMBERS: Readonly<Record<string, RegExp>> = {
  integer: /^$|^\s*[+-]?\d/,
  'unix-time': /^$|^\s*[+-]?\d/,
  double: /^$|^\s*[+-]?(\.?\d|inf|nan)/i,
};

/** What follows the token. */
function matchBody(words: readonly string[], one: Match): number {
  const { type } = one.argument;
  if (type === 'block') {
    one.words += matchAll(words, one.parts);
    one.isWhole = one.parts.every((part) => part.isWhole);
  } else if (type === 'oneof') {
    const found = one.parts.find((part) => match(words, part) > 0);
    if (found !== undefined) {
      one.words += found.words;
      one.isWhole = found.isWhole;
    }
  } else if (NUMBERS[type]?.test(words[0]) === false) {
    one.words = 0;
    one.hasName = false;
  } else {
    one.words++;
    one.hasName = true;
    one.isWhole = true;
  }
  return one.words;
}

function hintForAll(matches: readonly Match[], separator: string): string {
  const hints: string[] = [];
  for (let i = 0; i < matches.length; i++) {
    if (!matches[i].argument.isOptional) {
      hints.push(hintForOne(matches[i]));
      continue;
    }
    const end = endOfOptional(matches, i);
    const together = matches.slice(i, end);
    const begun = together.filter((each) => each.words > 0 && !each.isWhole);
    hints.push(...begun.map(hintForOne));
    // None of the others can come once what stands behind them has.
    const isOpen = end === matches.length || matches[end].words === 0;
    if (isOpen) hints.push(...together.filter((each) => !begun.includes(each)).map(hintForOne));
    i = end - 1;
  }
  return hints.filter((hint) => hint !== '').join(separator);
}

function hintForOne(one: Match): string {
  if (one.isWhole) return '';
  const { token, type, isOptional, isMultiple } = one.argument;
  const isBegun = one.words > 0;
  let hint = '';
  if (token !== '' && !one.hasToken) hint += type === 'pure-token' ? token : `${token} `;
  hint += bodyOf(one);
  if (isMultiple) hint += (hint === '' ? '' : ' ') + repeated(one);
  return isOptional && !isBegun ? `[${hint}]` : hint;
}

function bodyOf(one: Match): string {
  const { type, text } = one.argument;
  switch (type) {
    case 'oneof':
      if (one.words === 0) return hintForAll(one.parts, '|');
      return one.parts
        .filter((part) => part.words > 0)
        .map(hintForOne)
        .join('');
    case 'block':
      return hintForAll(one.parts, ' ');
    case 'pure-token':
      return '';
    default:
      return one.hasName ? '' : text;
  }
}

/** `[key ...]` */
function repeated(one: Match): string {
  one.clear();
  const { token, type, repeatsToken } = one.argument;
  const space = type === 'pure-token' ? '' : ' ';
  return `[${repeatsToken ? token + space : ''}${bodyOf(one)} ...]`;
}

function endOfOptional(matches: readonly Match[], start: number): number {
  let end = start;
  while (end < matches.length && matches[end].argument.isOptional) end++;
  return end;
}
