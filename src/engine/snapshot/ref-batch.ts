// Refs that a step of a walk has met, to be read one after the other: those that are frozen.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../domain/memory/arena.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { FrozenBlocks } from './frozen-blocks.ts';

const FIRST_ROOM = 128;
/** In the place of one that was taken out. */
const TAKEN = 0;

export class RefBatch implements EntryVisitor {
  refs = new Int32Array(FIRST_ROOM);
  count = 0;
  /** What load() found: written so that the loads stay, of no other use. */
  loaded = 0;
  private readonly frozen: FrozenBlocks;
  private at = 0;

  constructor(frozen: FrozenBlocks) {
    this.frozen = frozen;
  }

  clear(): void {
    this.count = 0;
    this.at = 0;
  }

  visit(ref: number): void {
    if (!this.frozen.has(ref)) return;
    if (this.count === this.refs.length) {
      const larger = new Int32Array(2 * this.refs.length);
      larger.set(this.refs);
      this.refs = larger;
    }
    this.refs[this.count++] = ref;
  }

  /** Loads the first lines of the blocks into the cache, so that the processor waits but once. */
  load({ words }: Arena): void {
    let loaded = 0;
    for (let i = 0; i < this.count; i++) {
      const ref = this.refs[i];
      loaded ^= words[ref >>> SLAB_SHIFT][(ref & SLAB_MASK) << 2];
    }
    this.loaded = loaded;
  }

  /** The next one, or NONE. */
  next(): number {
    while (this.at < this.count) {
      const ref = this.refs[this.at++];
      if (ref !== TAKEN) return ref;
    }
    return TAKEN;
  }

  /** Is it still to come? */
  has(ref: number): boolean {
    return this.indexOf(ref) >= 0;
  }

  /** Takes it out, if it is still to come. */
  takeOut(ref: number): void {
    const index = this.indexOf(ref);
    if (index >= 0) this.refs[index] = TAKEN;
  }

  private indexOf(ref: number): number {
    const { refs, count } = this;
    for (let i = this.at; i < count; i++) if (refs[i] === ref) return i;
    return -1;
  }
}
