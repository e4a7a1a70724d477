// Commands of a journal that people can read, a line each: `SET name "v\xff\n"`. Words are quoted
// as redis-cli quotes them. Lines that begin with # are notes; the first one says what the file is.
import { splitArgs } from '../../domain/bytes/split-args.ts';
import { type CommandReader, CUT, DAMAGED, WHOLE } from '../../engine/journal/command-reader.ts';

import { Request } from '../../engine/request.ts';
import { RespReader } from './resp-reader.ts';

export const TEXT_HEADER = '# redstart journal 1\n';

const HASH = 35;
const LF = 10;

/** The reader of a file that begins with `head`. */
export function readerFor(head: string): CommandReader {
  return head.startsWith(TEXT_HEADER) ? new TextReader() : new RespReader();
}

class TextReader implements CommandReader {
  readonly request = new Request();
  next = 0;
  problem = '';

  read(buffer: Uint8Array, at: number, end: number): number {
    const { request } = this;
    request.begin(at);
    this.next = at;
    const size = buffer.subarray(at, end).indexOf(LF);
    if (size < 0) return CUT;
    this.next = at + size + 1;
    if (buffer[at] === HASH) return WHOLE;
    // A NUL would end the line for splitArgs(); none is written but as \x00.
    const line = buffer.subarray(at, at + size);
    const words = line.indexOf(0) < 0 ? splitArgs(line, 0, size) : null;
    if (words === null || words.length === 0) {
      this.problem = 'the line is not made of words';
      return DAMAGED;
    }
    const made = Request.of(words);
    request.assign(made, made.buffer, 0);
    return WHOLE;
  }

  nextBeginning(buffer: Uint8Array, at: number, end: number): number {
    const found = buffer.subarray(at - 1, end).indexOf(LF);
    return found < 0 || at + found >= end ? -1 : at + found;
  }
}
