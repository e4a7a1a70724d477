// A score as two words that sort as scores do, when compared as signed words, the high one first:
// the words of the double, of which negative ones are turned over. -0 is 0.
//
// Invariant: no score is a NaN.
import { readWord } from '../bytes/word.ts';

const SIGN = 0x80000000 | 0;

export class ScoreWords {
  high = 0;
  low = 0;
  private readonly double = new Float64Array(1);
  private readonly halves = new Int32Array(this.double.buffer);

  set(score: number): void {
    this.double[0] = score;
    this.take(this.halves[0], this.halves[1]);
  }

  /** Takes the double that lies at `at`, of any alignment. */
  read(bytes: Uint8Array, at: number): void {
    this.take(readWord(bytes, at), readWord(bytes, at + 4));
  }

  /** The score; 0 for -0. */
  get score(): number {
    const { high, low } = this;
    this.halves[0] = (high < 0 ? ~low : low) ^ SIGN;
    this.halves[1] = high < 0 ? high ^ ~SIGN : high;
    return this.double[0];
  }

  /** Below 0, 0 or above 0, as the score is below, equal to or above the other one. */
  compare(other: ScoreWords): number {
    if (this.high !== other.high) return this.high < other.high ? -1 : 1;
    if (this.low === other.low) return 0;
    return this.low < other.low ? -1 : 1;
  }

  private take(low: number, high: number): void {
    if (high === SIGN && low === 0) high = 0;
    // The low words of positive scores sort without a sign, those of negative ones the other way.
    this.high = high < 0 ? high ^ ~SIGN : high;
    this.low = (high < 0 ? ~low : low) ^ SIGN;
  }
}
