// Blocks that were given up while somebody reads the past, each with its owner, who frees it when
// it was read, or when all is over.
//
// They may be many, and a Map that grows stops everything while it is laid out anew: so there are
// many Maps, by the last bits of the ref, each of which stays small.
import { ZERO } from '../doubles.ts';
import type { BlockOwner } from './past-reader.ts';

const PARTS = 1024;
/** About what an entry of a Map takes. */
const ENTRY_SIZE = 40;

export class RetiredBlocks {
  count = 0;
  /** Bytes of the blocks, and of what is known of them. */
  size = ZERO;
  private readonly parts: (Map<number, BlockOwner> | null)[] = new Array(PARTS).fill(null);
  /** Where freeNext() is. */
  private part = 0;

  /** Bytes of the blocks alone. */
  get blocksSize(): number {
    return this.size - this.count * ENTRY_SIZE;
  }

  add(ref: number, owner: BlockOwner): void {
    const part = ref & (PARTS - 1);
    let blocks = this.parts[part];
    if (blocks === null) {
      blocks = new Map();
      this.parts[part] = blocks;
    }
    if (blocks.has(ref)) throw new Error(`block ${ref} is given up twice`);
    blocks.set(ref, owner);
    this.count++;
    this.size += owner.capacity(ref) + ENTRY_SIZE;
  }

  /** Frees a block that was read, if it has retired. */
  free(ref: number): void {
    const blocks = this.parts[ref & (PARTS - 1)];
    const owner = blocks?.get(ref);
    if (blocks === null || owner === undefined) return;
    blocks.delete(ref);
    this.leave(ref, owner);
  }

  /** Frees one of those that are left. Are there more? Nothing may be added any more. */
  freeNext(): boolean {
    for (; this.part < PARTS && this.count > 0; this.part++) {
      const blocks = this.parts[this.part];
      if (blocks === null) continue;
      for (const [ref, owner] of blocks) {
        blocks.delete(ref);
        this.leave(ref, owner);
        return this.count > 0;
      }
    }
    return false;
  }

  private leave(ref: number, owner: BlockOwner): void {
    this.count--;
    this.size -= owner.capacity(ref) + ENTRY_SIZE;
    owner.free(ref);
  }
}
