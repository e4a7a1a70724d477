// What commands on connections ask of their arguments. Redis keeps these texts as C strings where
// it compares or prints them, so a NUL ends them there.
import { latin1Text } from '../domain/bytes/ascii.ts';
import type { Request } from '../engine/request.ts';

/** The first and the last character that names and library attributes may have. */
const FIRST_SHOWABLE = '!';
const LAST_SHOWABLE = '~';

/** An argument's bytes, all of them, as latin1 text. */
export function textOf(request: Request, argument: number): string {
  return latin1Text(request.buffer, request.starts[argument], request.ends[argument]);
}

/** The text up to its first NUL. */
export function untilNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}

/** May CLIENT LIST show the text, whose fields are separated by spaces, as a field? */
export function isShowable(text: string): boolean {
  for (const character of untilNul(text)) {
    if (character < FIRST_SHOWABLE || character > LAST_SHOWABLE) return false;
  }
  return true;
}
