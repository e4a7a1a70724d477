// The log: Redis's line format, to standard output or a file. Messages are bytes, as latin1 texts.
import { appendFileSync } from 'node:fs';
import type { Log, LogLevel } from '../engine/ports.ts';
import { fromLatin1, pathBytes } from './files.ts';
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

  /** Do people look at it while it is written? */
  get isOnTerminal(): boolean {
    return this.file === '' && process.stdout.isTTY;
  }

  /** Text as it is, of the level of notices. */
  show(text: string): void {
    if (isLogged('notice', this.level)) this.put(text);
  }

  write(level: LogLevel, message: string): void {
    if (!isLogged(level, this.level)) return;
    const mark = MARKS[LEVELS.indexOf(level)];
    this.put(`${process.pid}:${this.role} ${timestamp(new Date())} ${mark} ${message}\n`);
  }

  private put(text: string): void {
    if (this.file === '') process.stdout.write(text, 'latin1');
    else this.append(text);
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

/** The log of a server that shares its process: a function gets the lines, as text. */
export class ListenerLog implements Log {
  /** As of RedisLog. */
  private readonly level: () => string;
  private readonly listener: (level: LogLevel, message: string) => void;

  constructor(level: () => string, listener: (level: LogLevel, message: string) => void) {
    this.level = level;
    this.listener = listener;
  }

  write(level: LogLevel, message: string): void {
    if (isLogged(level, this.level())) this.listener(level, fromLatin1(message));
  }
}

function isLogged(level: LogLevel, lowest: string): boolean {
  return lowest !== 'nothing' && LEVELS.indexOf(level) >= LEVELS.indexOf(lowest as LogLevel);
}

/** `20 Nov 2026 10:09:08.123`, local time. */
function timestamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${two(now.getDate())} ${MONTHS[now.getMonth()]} ${now.getFullYear()}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${date} ${time}.${String(now.getMilliseconds()).padStart(3, '0')}`;
}
