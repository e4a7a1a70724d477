// The words of `redstart`: what it does instead of being a server. Small, for each start reads it.
import { basename } from 'node:path';

export const WORDS = [
  'cli',
  'bench',
  'ping',
  'check-aof',
  'check-rdb',
  'doctor',
  'completion',
  'help',
] as const;

/** '' is the server. */
export type Word = (typeof WORDS)[number] | '';

/** A link may be named as what it stands in for. */
const STAND_INS: Readonly<Record<string, Word>> = {
  'redis-server': '',
  'redis-cli': 'cli',
  'redis-benchmark': 'bench',
  'redis-check-aof': 'check-aof',
  'redis-check-rdb': 'check-rdb',
};

/**
 * What a command line asks for, which is taken out of it if it is a word. A file of configuration
 * of such a name is `./cli`.
 */
export function takeWord(argv: string[]): Word {
  const standIn = STAND_INS[basename(argv[1]).replace(/\.js$/, '')];
  if (standIn !== undefined) return standIn;
  const word = WORDS.find((known) => known === argv[2]);
  if (word === undefined) return '';
  argv.splice(2, 1);
  return word;
}
