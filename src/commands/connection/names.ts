// What may stand in CLIENT LIST: names and attributes that clients give themselves, and users.
import type { Request } from '../../engine/request.ts';

/** The one user there is. */
export const DEFAULT_USER = 'default';

/** The first and the last character that names and library attributes may have. */
const FIRST_SHOWABLE = 0x21;
const LAST_SHOWABLE = 0x7e;

/** May CLIENT LIST show the argument, up to its first NUL, as a field among blanks? */
export function isShowable({ buffer, starts, ends }: Request, argument: number): boolean {
  const end = ends[argument];
  for (let i = starts[argument]; i < end && buffer[i] !== 0; i++) {
    if (buffer[i] < FIRST_SHOWABLE || buffer[i] > LAST_SHOWABLE) return false;
  }
  return true;
}
