// The root of a collection in its big form: a block of 64 aligned bytes (streams: more), which
// stays where it is however the collection grows. The record holds its ref; the table and the tree
// hang from it.
//
//   word 0   the record            4  count of elements     8      levels of the tree
//   word 1   fork of whose past    5  depth of the table    9      segments or nodes
//   word 2   place in the heap     6  top of the table      10-11  bytes of all blocks, this one
//            of field deadlines    7  top of the tree              too: a double
//   word 3   the table's draw mask: one less than a power of two, no segment has more slots
//
// Invariant: what makes or frees a block of the collection counts its capacity in words 10-11.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../memory/arena.ts';

export const ROOT_SIZE = 64;
/** The number of who reads the past for which the blocks are those of another root, too. */
const ROOT_FORK = 1;
/** The place in the heap of field deadlines. */
export const ROOT_HEAP_PLACE = 2;
/** While a table is freed it says how much is: elements/walk.ts. */
export const ROOT_DRAW = 3;
export const ROOT_COUNT = 4;
export const ROOT_DEPTH = 5;
export const ROOT_TOP = 6;
export const ROOT_TREE = 7;
export const ROOT_UNITS = 9;
/** In doubles. */
const ROOT_BYTES = 5;

/** Does who reads the past now find blocks of this value from another root? Roots.fork(). */
export function isFork(arena: Arena, root: number): boolean {
  const number = arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_FORK];
  return arena.past !== null && number === arena.pastNumber;
}

/** Makes and reads roots. */
export class Roots {
  private readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** An empty root: no count, no table, no tree, and no record yet. */
  make(size = ROOT_SIZE): number {
    const root = this.arena.allocate(size);
    this.clear(root, size);
    return root;
  }

  /** Makes an empty root of the first bytes of a block. */
  clear(root: number, size = ROOT_SIZE): void {
    const words = this.arena.words[root >>> SLAB_SHIFT];
    const at = (root & SLAB_MASK) << 2;
    for (let i = 0; i < size / 4; i++) words[at + i] = 0;
    if (this.arena.past !== null) this.arena.past.made(root);
    this.addBytes(root, this.arena.capacity(root));
  }

  /**
   * A root with the same blocks, for a value that goes on while those that it has now are read from
   * the old root, which retires.
   */
  fork(root: number, size = ROOT_SIZE): number {
    const { arena } = this;
    const fork = this.make(size);
    this.share(root, fork, size);
    if (arena.past !== null) arena.past.retire(root, arena);
    return fork;
  }

  /** Lets a root have the same blocks as another one, which says the same in its first bytes. */
  share(root: number, fork: number, size = ROOT_SIZE): void {
    const { arena } = this;
    const words = arena.words[root >>> SLAB_SHIFT];
    const at = (root & SLAB_MASK) << 2;
    const forks = arena.words[fork >>> SLAB_SHIFT];
    const forkAt = (fork & SLAB_MASK) << 2;
    for (let i = 0; i < size / 4; i++) forks[forkAt + i] = words[at + i];
    this.markFork(fork);
  }

  /** A root has blocks that are found from others, too, as long as the past of now is read. */
  markFork(root: number): void {
    const { words, pastNumber } = this.arena;
    words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_FORK] = pastNumber;
  }

  /** The bytes of all blocks of a collection. */
  bytes(root: number): number {
    return this.arena.doubles[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 1) + ROOT_BYTES];
  }

  /** Blocks of so many bytes have come, or have gone when below 0. */
  addBytes(root: number, size: number): void {
    this.arena.doubles[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 1) + ROOT_BYTES] += size;
  }
}
