// The log: Redis's line format, to standard output or a file. Messages are bytes, as latin1 texts.
import { appendFileSync } from 'node:fs';
import type { Log, LogLevel } from '../engine/ports.ts';
import { pathBytes } from './files.ts';
import { errorWords } from './system-error.ts';

const LEVELS: readonly LogLevel[] = ['debug', 'verbose', 'notice', 'warning'];
/** The character that Redis marks each level with. */
const MARKS = '.-*#';
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

export class RedisLog implements Log {
  /** The lowest level that is written; `nothing` writes none. */
  level: LogLevel | 'nothing' = 'notice';
  /** The path of a file to append to; standard output when empty. Latin1. */
  file = '';
  /** C while the server is being made, M for a primary, S for a replica. */
  role = 'C';

  /** Can the log be written? Null, or what the operating system says. */
  check(): string | null {
    return this.file === '' ? null : this.append('');
  }

  write(level: LogLevel, message: string): void {
    if (this.level === 'nothing') return;
    const rank = LEVELS.indexOf(level);
    if (rank < LEVELS.indexOf(this.level)) return;
    const line = `${process.pid}:${this.role} ${timestamp(new Date())} ${MARKS[rank]} ${message}\n`;
    if (this.file === '') process.stdout.write(line, 'latin1');
    else this.append(line);
  }

  /** A log that cannot be written (a full disk) is no reason to stop serving. */
  private append(text: string): string | null {
    try {
      appendFileSync(pathBytes(this.file), text, 'latin1');
      return null;
    } catch (error) {
      return errorWords(error);
    }
  }
}

/** `20 Nov 2026 10:09:08.123`, local time. */
function timestamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${two(now.getDate())} ${MONTHS[now.getMonth()]} ${now.getFullYear()}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${date} ${time}.${String(now.getMilliseconds()).padStart(3, '0')}`;
}
