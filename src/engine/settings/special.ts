// The directives that have a grammar of their own: each reads words into a state. Words come
// from CONFIG SET (split at single spaces, so empty words are possible) or from a file.
import { ALL_EVENT_LETTERS, EVENT_CLASS_LETTERS } from '../../domain/keyspace/event-classes.ts';
import type { Reading } from './directive.ts';
import { asInt, parseDouble, parseLoose, parseMemory } from './numbers.ts';

/** The classes of client-output-buffer-limit, in the order in which they print. */
const CLIENT_CLASSES = ['normal', 'slave', 'pubsub'];

const SHUTDOWN_FLAGS = ['default', 'save', 'nosave', 'now', 'force'];

// Redis keeps its addresses in an array of this size.
const BIND_ADDRESSES_MAX = 16;
const PORT_MAX = 65535n;
const OOM_SCORES_COUNT = 3;
const OOM_SCORE_MAX = 2000n;

/** `<seconds> <changes>` pairs; one empty word or none at all is the empty list. */
export function readSave(words: readonly string[]): Reading {
  if (words.length === 1 && words[0] === '') return good('');
  if (words.length % 2 !== 0) return bad('Invalid save parameters');
  const numbers: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const isSeconds = index % 2 === 0;
    const number = parseLoose(words[index]);
    if (number === null || number < (isSeconds ? 1n : 0n)) return bad('Invalid save parameters');
    numbers.push(String(isSeconds ? number : asInt(number)));
  }
  return good(numbers.join(' '));
}

/** `<class> <hard> <soft> <soft seconds>` groups; a class that is not named keeps its limits. */
export function readOutputBufferLimits(words: readonly string[], state: string | null): Reading {
  if (words.length % 4 !== 0) {
    return bad('Wrong number of arguments in buffer limit configuration.');
  }
  const limits = (state ?? '').split(' ');
  for (let index = 0; index < words.length; index += 4) {
    const name = words[index].toLowerCase();
    const slot = CLIENT_CLASSES.indexOf(name === 'replica' ? 'slave' : name);
    if (slot === -1) return bad('Invalid client class specified in buffer limit configuration.');
    const hard = parseMemory(words[index + 1]);
    const soft = parseMemory(words[index + 2]);
    const seconds = parseLoose(words[index + 3]);
    if (hard === null || soft === null || seconds === null || asInt(seconds) < 0n) {
      return bad('Error in hard, soft or soft_seconds setting in buffer limit configuration.');
    }
    limits[slot * 4 + 1] = String(BigInt.asUintN(64, hard));
    limits[slot * 4 + 2] = String(BigInt.asUintN(64, soft));
    limits[slot * 4 + 3] = String(asInt(seconds));
  }
  return good(limits.join(' '));
}

/** Three scores: of a primary, of a replica, of a background child. */
export function readOomScores(words: readonly string[]): Reading {
  if (words.length !== OOM_SCORES_COUNT) return bad('wrong number of arguments');
  const scores: bigint[] = [];
  for (const word of words) {
    const score = parseLoose(word);
    if (score === null || score < -OOM_SCORE_MAX || score > OOM_SCORE_MAX) {
      return bad('Invalid oom-score-adj-values, elements must be between -2000 and 2000.');
    }
    scores.push(score);
  }
  return good(scores.join(' '));
}

/** The state holds the letter of every class of events, with A taken apart. */
export function readEventClasses(words: readonly string[]): Reading {
  if (words.length !== 1) return bad('wrong number of arguments');
  let letters = '';
  for (const letter of untilNul(words[0])) {
    if (letter === 'A') letters += ALL_EVENT_LETTERS;
    else if (EVENT_CLASS_LETTERS.includes(letter)) letters += letter;
    else return bad("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
  }
  return good([...EVENT_CLASS_LETTERS].filter((letter) => letters.includes(letter)).join(''));
}

/** Prints A for all classes, and then, as Redis does, no n beside it. */
export function printEventClasses(state: string): string {
  if (!state.startsWith(ALL_EVENT_LETTERS)) return state;
  return 'A' + state.slice(ALL_EVENT_LETTERS.length).replace('n', '');
}

/** Addresses to listen on; one empty word is none. */
export function readBind(words: readonly string[]): Reading {
  if (words.length > BIND_ADDRESSES_MAX) return bad('Too many bind addresses specified.');
  return good(words.map(untilNul).join(' '));
}

/** `<host> <port>`, or `no one`, whose state is null. */
export function readReplicaOf(words: readonly string[]): Reading {
  if (words.length !== 2) return bad('wrong number of arguments');
  if (words[0].toLowerCase() === 'no' && words[1].toLowerCase() === 'one') return good(null);
  const parsed = parseLoose(words[1]);
  const port = parsed === null ? -1n : asInt(parsed);
  if (port < 0n || port > PORT_MAX) return bad('Invalid master port');
  return good(`${untilNul(words[0])} ${port}`);
}

/** Percentiles between 0 and 100; one empty word or none at all is the empty list. */
export function readPercentiles(words: readonly string[]): Reading {
  if (words.length === 1 && words[0] === '') return good('');
  const percentiles: string[] = [];
  for (const word of words) {
    const percentile = parseDouble(word);
    if (percentile === null) {
      return bad('Invalid latency-tracking-info-percentiles parameters');
    }
    if (percentile > 100 || percentile < 0) {
      return bad('latency-tracking-info-percentiles parameters should sit between [0.0,100.0]');
    }
    percentiles.push(percentile.toFixed(6).replace(/\.?0+$/, ''));
  }
  return good(percentiles.join(' '));
}

/** Flags of shutdown-on-sigint and -sigterm, printed in a fixed order; `default` is no flag. */
export function readShutdownFlags(words: readonly string[]): Reading {
  const flags = words.map((word) => word.toLowerCase());
  if (flags.length === 0 || flags.some((word) => !SHUTDOWN_FLAGS.includes(word))) {
    return bad('argument(s) must be one of the following: ' + SHUTDOWN_FLAGS.join(', '));
  }
  if (flags.includes('save') && flags.includes('nosave')) {
    return bad("shutdown options SAVE and NOSAVE can't be used simultaneously");
  }
  const known = SHUTDOWN_FLAGS.slice(1).filter((word) => flags.includes(word));
  return good(known.length === 0 ? 'default' : known.join(' '));
}

/** The directory itself is changed by Settings, through its port. */
export function readDirectory(words: readonly string[]): Reading {
  return words.length === 1 ? good(untilNul(words[0])) : bad('wrong number of arguments');
}

/** The text as C sees it: up to its first NUL. */
export function untilNul(value: string): string {
  const end = value.indexOf('\0');
  return end === -1 ? value : value.slice(0, end);
}

function good(state: string | null): Reading {
  return { state, error: null };
}

function bad(error: string): Reading {
  return { state: null, error };
}
