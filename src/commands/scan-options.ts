// What SCAN, HSCAN, SSCAN and ZSCAN have in common: their options, and what these let through.
import { globIsAll, globMatch } from '../domain/bytes/glob.ts';
import { SYNTAX_ERROR } from '../domain/errors.ts';
import type { Reply } from '../engine/reply.ts';
import { isRefused, type Refused, type Request } from '../engine/request.ts';

export const INVALID_CURSOR = 'ERR invalid cursor';
/** Redis's COUNT where none is given. */
const COUNT_DEFAULT = 10;
/** No type has a longer name. */
const TYPE_SIZE_MAX = 32;

export class ScanOptions {
  /** Null: all match. */
  pattern: Uint8Array | null = null;
  /** How many entries are to be looked at. */
  count = COUNT_DEFAULT;
  /** Only entries of this type: of SCAN alone. */
  type: string | null = null;

  matches(bytes: Uint8Array, start: number, end: number): boolean {
    const { pattern } = this;
    return pattern === null || globMatch(pattern, 0, pattern.length, bytes, start, end, false);
  }
}

/** The options from argument `first` on; TYPE is one of them where keys are scanned. */
export function parseScanOptions(
  request: Request,
  first: number,
  hasType: boolean,
  reply: Reply,
): ScanOptions | null {
  const { buffer, starts, ends } = request;
  const options = new ScanOptions();
  for (let i = first; i < request.count; i += 2) {
    const value = i + 1;
    const isLast = value === request.count;
    if (!isLast && request.is(i, 'count')) {
      const count: number | Refused = request.integer(value, reply);
      if (isRefused(count)) return null;
      if (count < 1) return refuse(reply);
      options.count = count;
    } else if (!isLast && request.is(i, 'match')) {
      const isAll = globIsAll(buffer, starts[value], ends[value]);
      options.pattern = isAll ? null : request.copy(value);
    } else if (!isLast && hasType && request.is(i, 'type')) {
      const isName = request.size(value) <= TYPE_SIZE_MAX;
      options.type = isName ? request.text(value).toLowerCase() : '';
    } else {
      return refuse(reply);
    }
  }
  return options;
}

function refuse(reply: Reply): null {
  reply.error(SYNTAX_ERROR);
  return null;
}
