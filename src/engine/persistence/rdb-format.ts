// RDB files, as persistence sees them: a port. adapters/rdb knows the bytes.
//
// Whoever writes says in order: begin(), libraries, then database() and its entries, each entry
// followed by step() until it is done, and end(). Whoever reads calls step() until it is ENDED or
// FAILED, and does something about each ENTRY before the next call. Both take bounded steps, and
// nothing larger than a value is ever in memory.
import type { DiskFile } from '../disk.ts';

/** In place of a deadline, an idle time or a frequency: there is none. */
export const NOT_GIVEN = -1;

/** What a file says of itself. */
export interface RdbFacts {
  readonly redisVersion: string;
  readonly bits: number;
  /** When it is made, in seconds since 1970. */
  readonly seconds: number;
  readonly usedMemory: number;
  /** Is it the base of an append-only file? */
  readonly isAofBase: boolean;
}

/** Where the bytes of a file go: chunks, which are borrowed. What it throws ends the writing. */
export interface ByteTarget {
  take(bytes: Uint8Array, start: number, end: number): void;
}

/** The same, of a file from its first byte on. */
export interface FileTarget extends ByteTarget {
  /** Writes over what it has taken, at `position`. */
  writeOver(bytes: Uint8Array, position: number): void;
}

export interface RdbWriting {
  /**
   * Is there a checksum at the end? Are strings packed? With `isPatient`, others have their turns
   * between two steps: long strings are written in pieces then, and not packed.
   */
  begin(facts: RdbFacts, hasChecksum: boolean, packs: boolean, isPatient?: boolean): void;
  /** The code of a library of functions. */
  library(code: Uint8Array): void;
  /** Entries of a database follow; of how many keys and deadlines a hint is given. */
  database(index: number, keys: number, deadlines: number): void;
  /** Entries of a database follow, again. */
  select(index: number): void;
  /** Begins an entry: key, deadline in ms, seconds without use or LFU counter, or NOT_GIVEN. */
  entry(ref: number, deadlineMs: number, idleSeconds: number, frequency: number): void;
  /**
   * Begins an entry of a table or a list, of which so many parts follow, elements or nodes: each is
   * given by part(), and then step() is called until it is done. `earliestMs` is the earliest
   * deadline of a hash's fields, or infinity.
   */
  entryOfParts(
    ref: number,
    deadlineMs: number,
    idleSeconds: number,
    frequency: number,
    parts: number,
    earliestMs: number,
  ): void;
  part(ref: number): void;
  /** Writes so many elements of its value at most. Are there more? */
  step(elementsMax: number): boolean;
  /** The end, and all that the target has not got yet. */
  end(): void;
}

/** What a step of reading has come to. */
export const READ_ON = 0;
/** An entry of a database, whose value is to be taken by make(), or dropped. */
export const ENTRY = 1;
/** A fact: `name` and `text`. */
export const FACT = 2;
/** A library of functions: the bytes are its code. */
export const LIBRARY = 3;
/** What a module has written, which was skipped: `name` is that of the module. */
export const MODULE_DATA = 4;
/** `databaseIndex`, or the counts that it is said to have, were read. */
export const DATABASE = 5;
/** The header: `version`. */
export const HEADER = 6;
/** A collection without elements, which old versions could write: to be left out, as in Redis. */
export const EMPTY = 7;
/** The file is whole; `position` is behind its last byte. */
export const ENDED = 8;
/** `problem` says why, `itemPosition` where. */
export const FAILED = 9;

export interface RdbReading {
  readonly version: number;
  /** Bytes of the file that were read, and where the item begins that was read last. */
  readonly position: number;
  readonly itemPosition: number;
  readonly problem: string;
  /** Does the file end too early? Else what is there is damaged, or not known. */
  readonly isCut: boolean;
  readonly databaseIndex: number;
  /** Until the next step: the key of an ENTRY, or what is EMPTY; or the code of a LIBRARY. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** What else is known of an entry: see entry(). */
  readonly deadlineMs: number;
  readonly idleSeconds: number;
  readonly frequency: number;
  /** The earliest deadline of its fields, before make(); infinity without any. */
  readonly fieldsMs: number;
  /** Is it within an entry of which the key is known? Also when it has FAILED there. */
  readonly isInEntry: boolean;
  /** The key, for people. */
  readonly quotedKey: string;
  /** The number of its type. */
  readonly type: number;
  /** For people: what is longer is cut. */
  readonly name: string;
  readonly text: string;
  /** Was the checksum there, and looked at? Known when it has ENDED. */
  readonly isChecked: boolean;
  step(): number;
  /** Makes the record of an ENTRY, which is in no database yet: see addLoaded(). */
  make(): number;
  /** The ENTRY is not wanted. */
  drop(): void;
  /** The end of reading: nothing of a value that was begun is left. The file stays open. */
  close(): void;
}

export interface RdbFormat {
  writing(target: ByteTarget): RdbWriting;
  /** Reads an open file, and closes it never. */
  reading(file: DiskFile, checksChecksum: boolean): RdbReading;
}
