// Commands in the files of a journal, for who reads them: a port. adapters/aof knows the bytes.
import type { Request } from '../request.ts';

/** What stands at some place of a file. */
export const CUT = 0;
export const WHOLE = 1;
export const DAMAGED = 2;

/** Makes a reader for a file that begins with `head`; '' is RESP. */
export type ReaderMaker = (head: string) => CommandReader;

export interface CommandReader {
  /** What was found WHOLE: a command, or, of no words, a line that is none. */
  readonly request: Request;
  /** Where it ends. */
  readonly next: number;
  /** What is wrong where it is DAMAGED. */
  readonly problem: string;
  /** Looks at buffer[at, end): is a command WHOLE there, CUT off by the end, or DAMAGED? */
  read(buffer: Uint8Array, at: number, end: number): number;
  /** Where the next place is, from `at` on, at which a command may begin; -1: there is none. */
  nextBeginning(buffer: Uint8Array, at: number, end: number): number;
}
