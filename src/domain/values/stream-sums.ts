// Sums over the nodes of a stream: of part of them, when others were taken out together.
import { readWord } from '../bytes/word.ts';
import type { Arena } from '../memory/arena.ts';
import { visitTree } from '../structures/tree/walk.ts';
import { GROUPS_TREE } from './stream-groups.ts';
import { STREAM_TREE } from './stream-index.ts';
import { LIVE_AT } from './stream-node.ts';

export interface NodesSum {
  /** Of all blocks that the root counts, itself too. */
  bytes: number;
  /** Entries that are not deleted. */
  live: number;
}

/** What the nodes of a stream with a tree have. */
export function sumOfNodes(arena: Arena, root: number): NodesSum {
  const sum = { bytes: arena.capacity(root), live: 0 };
  const count = (block: number): void => {
    sum.bytes += arena.capacity(block);
  };
  const countNode = (node: number): void => {
    count(node);
    sum.live += readWord(arena.bytesOf(node), arena.startOf(node) + LIVE_AT);
  };
  visitTree(arena, STREAM_TREE, root, { visit: count }, { visit: countNode });
  visitTree(arena, GROUPS_TREE, root, { visit: count }, null);
  return sum;
}
