// The lines that were typed, in a file, as redis-cli keeps them: ~/.rediscli_history, or where
// REDISCLI_HISTFILE says. What has a password in it is not kept.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const LINES_MAX = 1000;
/** Nobody else is to read it. */
const MODE = 0o600;

/** A file of the user's; null if there is to be none. */
export function dotFile(variable: string, name: string): string | null {
  const path = process.env[variable];
  if (path === '/dev/null') return null;
  return path ? path : join(homedir(), name);
}

export class History {
  /** The latest first. */
  readonly lines: string[];
  private readonly path: string | null;

  constructor(path: string | null) {
    this.path = path;
    this.lines = linesOf(path).reverse().slice(0, LINES_MAX);
  }

  static get sizeMax(): number {
    return LINES_MAX;
  }

  add(line: string): void {
    if (this.lines[0] === line) return;
    this.lines.unshift(line);
    this.lines.length = Math.min(this.lines.length, LINES_MAX);
    this.save();
  }

  private save(): void {
    if (this.path === null) return;
    const text = this.lines.toReversed().map((line) => `${line}\n`);
    try {
      writeFileSync(this.path, text.join(''), { mode: MODE });
      chmodSync(this.path, MODE);
    } catch {
      // A home that cannot be written to: then there is a history while the program runs.
    }
  }
}

/** The lines of a file; none if it cannot be read. */
export function linesOf(path: string | null): string[] {
  if (path === null) return [];
  try {
    const text = readFileSync(path, 'utf8');
    return text.split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}

const SECRET_SETTINGS = ['masterauth', 'masteruser', 'requirepass'];

/** Has the command a password or the like among its words? */
export function isSecret(words: readonly string[]): boolean {
  const lower = words.map((word) => word.toLowerCase());
  const [name, second] = lower;
  switch (name) {
    case 'auth':
      return true;
    case 'acl':
      return second === 'setuser';
    case 'config':
      return second === 'set' && lower.slice(2).some((word) => SECRET_SETTINGS.includes(word));
    case 'hello':
      return lower.includes('auth', 2);
    case 'migrate':
      return lower.includes('auth', 6) || lower.includes('auth2', 6);
    default:
      return false;
  }
}
