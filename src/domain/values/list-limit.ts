// How much of a list one packed run of entries may hold: list-max-listpack-size, by Redis's rules.
// Sizes are those of a listpack, which is a little larger than the entries.
import type { CollectionLimits } from './collection-limits.ts';
import { NODE_CONTENT_MAX } from './list-nodes.ts';

/** What a listpack has besides its entries. */
export const LISTPACK_OVERHEAD = 7;
/** What Redis estimates that an item takes besides its bytes. */
const ITEM_OVERHEAD = 8;
/** -1 stands for this size, -2 for the next one, ... */
const SIZES = [4096, 8192, 16384, 32768, 65536];
/** Where the limit is a count, a size is one too. */
const SAFETY_SIZE = 8192;

export class ListLimit {
  private readonly limits: CollectionLimits;

  constructor(limits: CollectionLimits) {
    this.limits = limits;
  }

  /** Is a packed list with so many bytes of entries, and so many of them, too large? */
  isExceeded(size: number, count: number): boolean {
    return size + LISTPACK_OVERHEAD > this.sizeMax || count > this.countMax;
  }

  /** May a list be packed again? With `part` 2 it must be below half the limit. */
  isBelow(size: number, count: number, isOneNode: boolean, part: number): boolean {
    const { listSize } = this.limits;
    if (listSize >= 0) return isOneNode && count <= Math.floor(this.countMax / part);
    // Redis's nodes may be larger than ours.
    const { sizeMax } = this;
    if (!isOneNode && sizeMax <= SAFETY_SIZE) return false;
    return size + LISTPACK_OVERHEAD <= Math.floor(sizeMax / part);
  }

  /** May a node with so many bytes of entries take an item of `size` bytes? */
  nodeTakes(content: number, count: number, size: number): boolean {
    return this.holds(content + LISTPACK_OVERHEAD + size + ITEM_OVERHEAD, count + 1);
  }

  /** May a node have so many bytes of entries? */
  nodeHolds(content: number, count: number): boolean {
    return content <= NODE_CONTENT_MAX && this.holds(content + LISTPACK_OVERHEAD, count);
  }

  /** The room for others that a new end node of one item gets. */
  roomBeside(size: number): number {
    const { listSize } = this.limits;
    const room = Math.min(this.sizeMax, NODE_CONTENT_MAX) - size;
    return Math.max(0, listSize < 0 ? room : Math.min(room, (listSize - 1) * size));
  }

  private holds(size: number, count: number): boolean {
    return size <= Math.min(this.sizeMax, SAFETY_SIZE) && count <= this.countMax;
  }

  private get sizeMax(): number {
    const { listSize } = this.limits;
    if (listSize >= 0) return SAFETY_SIZE;
    return SIZES[Math.min(-listSize, SIZES.length) - 1];
  }

  private get countMax(): number {
    const { listSize } = this.limits;
    return listSize < 0 ? Number.MAX_SAFE_INTEGER : Math.max(1, listSize);
  }
}
