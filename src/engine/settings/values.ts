// From words to the state of a directive and from a state to what CONFIG GET prints.
import type { Directive, Reading } from './directive.ts';
import { NOT_BUILT } from './directive.ts';
import { printInteger, readInteger } from './numbers.ts';
import { untilNul } from './special.ts';

/**
 * Reads words as the value of a directive. `state` is its present state, for values that are set
 * in parts. The error is the text that Redis adds after the name of the argument.
 */
export function readValue(
  directive: Directive,
  words: readonly string[],
  state: string | null,
): Reading {
  const reading = readWords(directive, words, state);
  if (reading.error !== null || (directive.flags & NOT_BUILT) === 0) return reading;
  if (reading.state === directive.initial) return reading;
  return { state: null, error: 'TLS is not built yet, only the default value is accepted' };
}

/** A state as CONFIG GET prints it. */
export function printValue(directive: Directive, state: string | null): string {
  if (state === null) return '';
  if (directive.type === 'integer') return printInteger(directive, state);
  return directive.type === 'special' ? directive.print(state) : state;
}

function readWords(directive: Directive, words: readonly string[], state: string | null): Reading {
  switch (directive.type) {
    case 'flag':
      return readFlag(words[0], directive.check);
    case 'text': {
      const value = directive.binary ? words[0] : untilNul(words[0]);
      const error = directive.check === null ? null : directive.check(value);
      return { state: value === '' && directive.emptyIsNull ? null : value, error };
    }
    case 'choice': {
      const word = words[0].toLowerCase();
      if (directive.choices.includes(word)) {
        return { state: directive.synonyms[word] ?? word, error: null };
      }
      const choices = directive.choices.join(', ');
      return { state: null, error: `argument(s) must be one of the following: ${choices}` };
    }
    case 'integer':
      return readInteger(directive, words[0]);
    case 'special':
      return directive.read(words, state);
  }
}

function readFlag(word: string, check: ((value: string) => string | null) | null): Reading {
  const state = word.toLowerCase();
  if (state !== 'yes' && state !== 'no') {
    return { state: null, error: "argument must be 'yes' or 'no'" };
  }
  return { state, error: check === null ? null : check(state) };
}
