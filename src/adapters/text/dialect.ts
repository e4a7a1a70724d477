// A dialect: a wire language of one command a line, read and answered as text. Its commands are
// those of the server; a dialect reads a line into a request, and writes what the command answered
// in RESP in its own words.

import type { ReplyReader } from '../../engine/reply-reader.ts';
import type { Request } from '../../engine/request.ts';
import type { TextWriter } from './text-writer.ts';

/** Reads exactly one reply, with all that it contains, and writes it as text. */
export type ReplyWriter = (reply: ReplyReader, text: TextWriter) => void;

export interface Dialect {
  /**
   * Fills `request` from the line in buffer[start, end), which has no line end any more. Returns
   * what writes the reply; null when the line is blank; an error line when it is malformed.
   */
  parse(
    buffer: Uint8Array,
    start: number,
    end: number,
    request: Request,
  ): ReplyWriter | string | null;
  /** Writes a reply of any command. */
  write: ReplyWriter;
}

/**
 * An error line of the server as all text dialects say it: it begins with `ERR `, so that one look
 * tells it; codes other than ERR stand behind that.
 */
export function errorLine(text: string): string {
  return text.startsWith(GENERIC_CODE) ? text : GENERIC_CODE + text;
}

const GENERIC_CODE = 'ERR ';
