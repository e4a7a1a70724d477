// The arena's test mode: knows every live block and its true size, fills what is freed with POISON,
// ends each block with a canary, and throws on a double free, a write past the end or after the
// free.
import { BLOCK_SIZE_MAX } from './size-classes.ts';

const POISON = 0xdb;
const CANARY = 0xca;
const CANARY_SIZE = 16;
/** The arena writes its free list into a freed block's first word. */
const LINK_SIZE = 4;
const SLAB_SHIFT = 22;
const SLAB_MASK = (1 << SLAB_SHIFT) - 1;
const PAGE_SHIFT = 12;

export class BlockGuard {
  /** The bytes of the arena's slabs. */
  private readonly slabs: readonly Uint8Array[];
  private readonly live = new Map<number, number>();
  private readonly freedByPage = new Map<number, Map<number, number>>();

  constructor(slabs: readonly Uint8Array[]) {
    this.slabs = slabs;
  }

  paddedSize(size: number): number {
    return Math.min(size + CANARY_SIZE, BLOCK_SIZE_MAX);
  }

  allocated(ref: number, size: number): void {
    if (this.live.has(ref)) throw new Error(`block ${ref} was handed out twice`);
    this.checkPoison(ref);
    this.live.set(ref, size);
    const bytes = this.slabs[ref >>> SLAB_SHIFT];
    const at = (ref & SLAB_MASK) << 4;
    bytes.fill(POISON, at, at + size);
    bytes.fill(CANARY, at + size, at + this.paddedSize(size));
  }

  freed(ref: number): void {
    const size = this.live.get(ref);
    if (size === undefined) throw new Error(`block ${ref} is freed but not live`);
    this.checkCanary(ref, size);
    this.live.delete(ref);
    const page = ref >>> PAGE_SHIFT;
    let freed = this.freedByPage.get(page);
    if (freed === undefined) {
      freed = new Map();
      this.freedByPage.set(page, freed);
    }
    freed.set(ref, size);
    const at = (ref & SLAB_MASK) << 4;
    this.slabs[ref >>> SLAB_SHIFT].fill(POISON, at, at + size);
  }

  /** A page from the pool is cut anew: what was freed in its former life says nothing any more. */
  pageTaken(page: number): void {
    this.freedByPage.delete(page);
  }

  capacity(ref: number): number {
    const size = this.live.get(ref);
    if (size === undefined) throw new Error(`block ${ref} is used but not live`);
    return size;
  }

  copyFrom(other: BlockGuard): void {
    this.reset();
    for (const [ref, size] of other.live) this.live.set(ref, size);
    for (const [page, freed] of other.freedByPage) this.freedByPage.set(page, new Map(freed));
  }

  reset(): void {
    this.live.clear();
    this.freedByPage.clear();
  }

  verify(): void {
    for (const [ref, size] of this.live) this.checkCanary(ref, size);
  }

  private checkCanary(ref: number, size: number): void {
    const bytes = this.slabs[ref >>> SLAB_SHIFT];
    const at = (ref & SLAB_MASK) << 4;
    for (let i = at + size; i < at + this.paddedSize(size); i++) {
      if (bytes[i] !== CANARY) throw new Error(`block ${ref} of ${size} bytes was overrun`);
    }
  }

  private checkPoison(ref: number): void {
    const freed = this.freedByPage.get(ref >>> PAGE_SHIFT);
    const size = freed?.get(ref);
    if (freed === undefined || size === undefined) return;
    freed.delete(ref);
    const bytes = this.slabs[ref >>> SLAB_SHIFT];
    const at = (ref & SLAB_MASK) << 4;
    for (let i = at + LINK_SIZE; i < at + size; i++) {
      if (bytes[i] !== POISON) throw new Error(`block ${ref} was written after its free`);
    }
  }
}
