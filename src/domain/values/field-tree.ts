// The deadlines of a big hash: a counted tree of its elements that have one, the earliest first
// (structures/tree). It hangs from the same root as the table. One view serves all hashes.
import type { Arena } from '../memory/arena.ts';
import { ROOT_TREE, type Roots } from '../structures/root.ts';
import { ScoreWords } from '../structures/score-words.ts';
import { CountedTree } from '../structures/tree/counted-tree.ts';
import { BEHIND_TIES } from '../structures/tree/cursor.ts';
import { TreeShape } from '../structures/tree/shape.ts';
import { RefTies } from '../structures/tree/ties.ts';

export const FIELD_TREE_SHAPE = new TreeShape({
  keyWords: 2,
  valueWords: 1,
  hasTies: true,
  isWeighted: false,
  rootWord: ROOT_TREE,
  // The table does.
  keepsCount: false,
});

export class FieldTree {
  readonly ties = new RefTies();
  private readonly tree: CountedTree;
  private readonly words = new ScoreWords();

  constructor(arena: Arena, roots: Roots) {
    this.tree = new CountedTree(arena, roots, FIELD_TREE_SHAPE, this.ties);
  }

  insert(root: number, element: number, deadlineMs: number): void {
    this.setKey(deadlineMs);
    this.tree.insert(root, element, 1);
  }

  /** Takes out an element that is there with this deadline. */
  remove(root: number, element: number, deadlineMs: number): void {
    this.setKey(deadlineMs);
    this.ties.take(element);
    this.tree.cursor.seek(root);
    this.tree.removeFound(root);
  }

  /** Elements with a deadline. */
  count(root: number): number {
    return this.tree.count(root);
  }

  /** The element that is due first; there is one. */
  first(root: number): number {
    this.tree.cursor.seekRank(root, 0);
    return this.tree.cursor.value(0);
  }

  /** The earliest deadline; infinity without any. */
  earliestMs(root: number): number {
    const { cursor } = this.tree;
    if (!cursor.seekRank(root, 0)) return Number.POSITIVE_INFINITY;
    this.words.high = cursor.keyWord(0);
    this.words.low = cursor.keyWord(1);
    return this.words.score;
  }

  /** How many elements are due. */
  dueCount(root: number, nowMs: number): number {
    this.setKey(nowMs);
    this.tree.cursor.seekKey(root, BEHIND_TIES);
    return this.tree.cursor.rank();
  }

  private setKey(deadlineMs: number): void {
    const { words, tree } = this;
    words.set(deadlineMs);
    tree.cursor.key[0] = words.high;
    tree.cursor.key[1] = words.low;
  }
}
