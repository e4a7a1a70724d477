// Durations as tests write them: milliseconds, or '90s', '1.5h', '30d'.
import { RedstartError } from '../embed/errors.ts';
import type { Duration } from './api.ts';

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);
/** A thousand years: what Date can tell is more. */
const DURATION_MS_MAX = 1000 * 365 * 86_400_000;

/** Whole milliseconds. */
export function milliseconds(duration: Duration): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(String(duration));
  const ms = match === null ? duration : Number(match[1]) * (UNITS_MS.get(match[2]) ?? 0);
  if (typeof ms === 'number' && ms >= 0 && ms <= DURATION_MS_MAX) return Math.round(ms);
  throw new RedstartError(
    'ERR_BAD_CALL',
    `a duration is milliseconds or text like '90s', '1.5h', '30d', not ${String(duration)}`,
  );
}
