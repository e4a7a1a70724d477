// How many error replies the server gave, by their code: what INFO errorstats lists.
//
// A script can make up codes without end, and Redis 7.2 remembers each. Here the number of codes is
// bounded; later releases of Redis and Valkey have the same bound and count what exceeds it under
// the same name.
import { safeInfoName } from './info-text.ts';

/** Some forty codes are Redis's own; the rest is room for those of scripts. */
export const ERROR_NAMES_MAX = 128;
export const ERROR_NAME_OVERFLOW = 'ERRORSTATS_OVERFLOW';

const NAME_DEFAULT = 'ERR';
/** Redis looks for the end of the code in the 31 characters after the minus sign. */
const NAME_SEARCH_SIZE = 31;

/** Error replies since the start or the last CONFIG RESETSTAT. */
export class ErrorStatistics {
  /** The field total_error_replies of INFO stats. */
  total = 0;

  private readonly counts = new Map<string, number>();

  /** Counts an error line, with or without its minus sign: `WRONGTYPE Operation against ...`. */
  add(line: string): void {
    this.total++;
    let name = nameOf(line);
    let count = this.counts.get(name);
    if (count === undefined && this.counts.size >= ERROR_NAMES_MAX) {
      name = ERROR_NAME_OVERFLOW;
      count = this.counts.get(name);
    }
    this.counts.set(name, count === undefined ? 1 : count + 1);
  }

  /** Codes and their counts, in the order of the codes' bytes. */
  entries(): [name: string, count: number][] {
    return [...this.counts].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  }

  /** The lines of INFO errorstats, without their ends. */
  lines(): string[] {
    return this.entries().map(([name, count]) => `errorstat_${safeInfoName(name)}:count=${count}`);
  }

  /** Back to zero, as CONFIG RESETSTAT wants it. */
  reset(): void {
    this.total = 0;
    this.counts.clear();
  }
}

function nameOf(line: string): string {
  const start = line.startsWith('-') ? 1 : 0;
  const end = line.indexOf(' ', start);
  if (end === -1 || end - start >= NAME_SEARCH_SIZE) return NAME_DEFAULT;
  return line.slice(start, end);
}
