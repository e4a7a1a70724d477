// The classes of keyspace events, as bits, and the letters of notify-keyspace-events that stand for
// them.
//
// Invariant: bit i is the i-th letter of EVENT_CLASS_LETTERS, which are in the order in which
// CONFIG GET prints them.

export const CLASS_GENERIC = 1 << 0;
export const CLASS_STRING = 1 << 1;
export const CLASS_LIST = 1 << 2;
export const CLASS_SET = 1 << 3;
export const CLASS_HASH = 1 << 4;
export const CLASS_SORTED_SET = 1 << 5;
export const CLASS_EXPIRED = 1 << 6;
export const CLASS_EVICTED = 1 << 7;
export const CLASS_STREAM = 1 << 8;
export const CLASS_MODULE = 1 << 9;
/** A key that was not there before. Not part of A. */
export const CLASS_NEW = 1 << 10;
/** Not classes of events, but what is published of them: on `__keyspace@` and `__keyevent@`. */
export const PUBLISH_BY_KEY = 1 << 11;
export const PUBLISH_BY_EVENT = 1 << 12;
/** A key that was read and is not there. Not part of A. */
export const CLASS_KEY_MISS = 1 << 13;

export const EVENT_CLASS_LETTERS = 'g$lshzxetdnKEm';
/** What the letter A stands for. */
export const ALL_EVENT_LETTERS = 'g$lshzxetd';

/** What happened to a key: the class is one of the bits above, the name is Redis's. */
export interface KeyspaceEvent {
  readonly class: number;
  readonly name: string;
  /** For WATCH and client-side caching the key is as it was: of a stream, what is no entry. */
  readonly isUnmodified?: true;
  /** Who waits for the key may find now what it wants, or that it waits in vain. */
  readonly bringsMore?: true;
}

/** The bits of letters out of EVENT_CLASS_LETTERS. */
export function eventClassBits(letters: string): number {
  let bits = 0;
  for (const letter of letters) bits |= 1 << EVENT_CLASS_LETTERS.indexOf(letter);
  return bits;
}
