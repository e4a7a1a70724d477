// What may stand in CLIENT LIST: names and attributes that clients give themselves, and users.
import { untilNul } from '../../engine/request.ts';

/** The one user there is. */
export const DEFAULT_USER = 'default';

/** The first and the last character that names and library attributes may have. */
const FIRST_SHOWABLE = '!';
const LAST_SHOWABLE = '~';

/** May CLIENT LIST show the text, whose fields are separated by spaces, as a field? */
export function isShowable(text: string): boolean {
  for (const character of untilNul(text)) {
    if (character < FIRST_SHOWABLE || character > LAST_SHOWABLE) return false;
  }
  return true;
}
