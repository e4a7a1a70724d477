// Patterns and formats are read once, and kept for as long as scripts use them.
import type { Runtime } from '../runtime.ts';
import { ownText } from '../value.ts';

/** As many are kept; then all are forgotten. */
const KEPT_MAX = 500;
/** Longer texts are read each time. */
const KEPT_SIZE_MAX = 1000;

/** What scripts used lately, read from its text. */
export class Kept<T> {
  private lastText = '';
  private last: T;
  private readonly values = new Map<string, T>();
  private readonly runtime: Runtime;
  private readonly read: (text: string) => T;

  constructor(runtime: Runtime, read: (text: string) => T) {
    this.runtime = runtime;
    this.read = read;
    this.last = read('');
  }

  get(text: string): T {
    // To compare with the last one is faster than the map, and loops often have just one.
    if (text === this.lastText) return this.last;
    const value = this.values.get(text) ?? this.add(text);
    if (text.length <= KEPT_SIZE_MAX) {
      this.lastText = text;
      this.last = value;
    }
    return value;
  }

  private add(text: string): T {
    this.runtime.spend(1 + (text.length >> 4));
    if (text.length > KEPT_SIZE_MAX) return this.read(text);
    const copy = ownText(text);
    const value = this.read(copy);
    if (this.values.size >= KEPT_MAX) this.values.clear();
    this.values.set(copy, value);
    return value;
  }
}
