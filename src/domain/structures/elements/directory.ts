// The directory of an element table: by the first bits of a hash, the ref of a segment. It hangs
// from the root of the collection (root.ts):
//
//   depth 0         no directory: the top is the only segment
//   up to 13        the top is a block of 2^depth refs
//   above           the top is a block of 2^(depth-13) refs of such blocks of 2^13
//
// Invariant: a segment of local depth d stands in 2^(depth-d) neighbours.
import { type Arena, SLAB_MASK, SLAB_SHIFT } from '../../memory/arena.ts';
import { ROOT_DEPTH, ROOT_TOP, type Roots } from '../root.ts';
import type { EntryVisitor } from '../segment.ts';

const BYTES_PER_REF = 4;
/** A block of refs is at most 32 KiB: 2^13. */
export const DIRECTORY_BITS = 13;

export class Directory {
  private readonly arena: Arena;
  private readonly roots: Roots;
  private readonly blockBits: number;

  /** `blockBits` are fewer than DIRECTORY_BITS in tests. */
  constructor(arena: Arena, roots: Roots, blockBits: number) {
    this.arena = arena;
    this.roots = roots;
    this.blockBits = blockBits;
  }

  depth(root: number): number {
    return this.arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_DEPTH];
  }

  /** The segment at an index, from 0 to 2^depth - 1. */
  at(root: number, index: number): number {
    const { words } = this.arena;
    const rootWords = words[root >>> SLAB_SHIFT];
    const rootAt = (root & SLAB_MASK) << 2;
    const depth = rootWords[rootAt + ROOT_DEPTH];
    const top = rootWords[rootAt + ROOT_TOP];
    if (depth === 0) return top;
    if (depth <= this.blockBits) return wordOf(words, top, index);
    const block = wordOf(words, top, index >>> this.blockBits);
    return wordOf(words, block, index & ((1 << this.blockBits) - 1));
  }

  set(root: number, index: number, segment: number): void {
    const { words } = this.arena;
    const rootWords = words[root >>> SLAB_SHIFT];
    const rootAt = (root & SLAB_MASK) << 2;
    const depth = rootWords[rootAt + ROOT_DEPTH];
    const top = rootWords[rootAt + ROOT_TOP];
    if (depth === 0) rootWords[rootAt + ROOT_TOP] = segment;
    else if (depth <= this.blockBits) setWordOf(words, top, index, segment);
    else {
      const block = wordOf(words, top, index >>> this.blockBits);
      setWordOf(words, block, index & ((1 << this.blockBits) - 1), segment);
    }
  }

  /** Makes the directory twice as large. */
  double(root: number): void {
    const depth = this.depth(root);
    const top = this.top(root);
    const newTop = this.make(root, depth + 1);
    for (let index = 0; index < 2 ** (depth + 1); index++) {
      this.write(newTop, depth + 1, index, this.at(root, index >>> 1));
    }
    this.become(root, depth, top, depth + 1, newTop);
  }

  /** Makes the directory half as large, if each segment stands in two neighbours. */
  halve(root: number): boolean {
    const depth = this.depth(root);
    if (depth === 0) return false;
    for (let index = 0; index < 2 ** depth; index += 2) {
      if (this.at(root, index) !== this.at(root, index + 1)) return false;
    }
    const top = this.top(root);
    const newTop = depth === 1 ? this.at(root, 0) : this.make(root, depth - 1);
    for (let index = 0; depth > 1 && index < 2 ** (depth - 1); index++) {
      this.write(newTop, depth - 1, index, this.at(root, 2 * index));
    }
    this.become(root, depth, top, depth - 1, newTop);
    return true;
  }

  /** Frees the blocks of the directory, and leaves no table. */
  free(root: number): void {
    this.become(root, this.depth(root), this.top(root), 0, 0);
  }

  forEachBlock(root: number, visitor: EntryVisitor): void {
    const depth = this.depth(root);
    if (depth > 0) this.visitBlocks(this.top(root), depth, visitor);
  }

  private top(root: number): number {
    return this.arena.words[root >>> SLAB_SHIFT][((root & SLAB_MASK) << 2) + ROOT_TOP];
  }

  private visitBlocks(top: number, depth: number, visitor: EntryVisitor): void {
    for (let i = 0; i < 2 ** (depth - this.blockBits) && depth > this.blockBits; i++) {
      visitor.visit(wordOf(this.arena.words, top, i));
    }
    visitor.visit(top);
  }

  private become(root: number, depth: number, top: number, newDepth: number, newTop: number): void {
    const freed: number[] = [];
    if (depth > 0) this.visitBlocks(top, depth, { visit: (block) => freed.push(block) });
    for (const block of freed) {
      this.roots.addBytes(root, -this.arena.capacity(block));
      this.arena.free(block);
    }
    const words = this.arena.words[root >>> SLAB_SHIFT];
    words[((root & SLAB_MASK) << 2) + ROOT_DEPTH] = newDepth;
    words[((root & SLAB_MASK) << 2) + ROOT_TOP] = newTop;
  }

  /** Blocks for a directory of a depth above 0; its refs are undefined. */
  private make(root: number, depth: number): number {
    if (depth <= this.blockBits) return this.allocate(root, 2 ** depth);
    const count = 2 ** (depth - this.blockBits);
    const top = this.allocate(root, count);
    for (let i = 0; i < count; i++) {
      setWordOf(this.arena.words, top, i, this.allocate(root, 2 ** this.blockBits));
    }
    return top;
  }

  private allocate(root: number, refs: number): number {
    const block = this.arena.allocate(refs * BYTES_PER_REF);
    this.roots.addBytes(root, this.arena.capacity(block));
    return block;
  }

  private write(top: number, depth: number, index: number, segment: number): void {
    const { words } = this.arena;
    if (depth <= this.blockBits) return setWordOf(words, top, index, segment);
    const block = wordOf(words, top, index >>> this.blockBits);
    setWordOf(words, block, index & ((1 << this.blockBits) - 1), segment);
  }
}

function wordOf(words: readonly Int32Array[], block: number, index: number): number {
  return words[block >>> SLAB_SHIFT][((block & SLAB_MASK) << 2) + index];
}

function setWordOf(words: readonly Int32Array[], block: number, index: number, to: number): void {
  words[block >>> SLAB_SHIFT][((block & SLAB_MASK) << 2) + index] = to;
}
