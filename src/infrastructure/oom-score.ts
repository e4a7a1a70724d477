// How soon the kernel ends this process when memory runs out: Linux's oom_score_adj, a number from
// -1000 (never) to 1000 (first). Only a privileged process may lower it.
import { readFileSync, writeFileSync } from 'node:fs';
import { errorWords } from './system-error.ts';

const PATH = '/proc/self/oom_score_adj';
const LOWEST = -1000;
const HIGHEST = 1000;

export class OomScore {
  private readonly path: string;
  /** What it was before it was first adjusted; null when it is what it was. */
  private original: number | null = null;

  constructor(path = PATH) {
    this.path = path;
  }

  /** Makes it `score`, or so much more than it was. Why that cannot be, or ''. */
  adjust(score: number, isRelative: boolean): string {
    try {
      this.original ??= Number.parseInt(readFileSync(this.path, 'latin1'), 10);
    } catch (error) {
      return `Unable to read oom_score_adj: ${errorWords(error)}`;
    }
    return this.write(isRelative ? this.original + score : score);
  }

  /** Makes it what it was before it was adjusted. Why that cannot be, or ''. */
  restore(): string {
    const { original } = this;
    if (original === null) return '';
    this.original = null;
    return this.write(original);
  }

  private write(score: number): string {
    try {
      writeFileSync(this.path, `${Math.max(LOWEST, Math.min(HIGHEST, score))}\n`);
      return '';
    } catch (error) {
      return `Unable to write oom_score_adj: ${errorWords(error)}`;
    }
  }
}
