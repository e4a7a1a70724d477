// The blocks that a stream had when a snapshot began, met once more when all of it was read, to be
// passed: they may be many.
//
// What hangs from a group or a consumer is passed before it: these may be freed as soon as they are
// passed, with all that they have.
import { type Arena, NONE } from '../../domain/memory/arena.ts';
import { CONSUMER_PENDING, GROUP_PENDING } from '../../domain/values/pending-entries.ts';
import { CONSUMERS_TREE, GROUPS_TREE } from '../../domain/values/stream-groups.ts';
import { STREAM_TREE } from '../../domain/values/stream-index.ts';
import { rootWord, STREAM_NODE } from '../../domain/values/stream-root.ts';
import { type PassBlock, PastTree } from './past-tree.ts';

export class PastStream {
  private readonly arena: Arena;
  private readonly nodes: PastTree;
  private readonly groups: PastTree;
  private readonly pending: PastTree;
  private readonly consumers: PastTree;
  private readonly own: PastTree;
  /** The node of a stream without a tree. */
  private only: number = NONE;

  constructor(arena: Arena) {
    this.arena = arena;
    this.nodes = new PastTree(arena, STREAM_TREE);
    this.groups = new PastTree(arena, GROUPS_TREE);
    this.pending = new PastTree(arena, GROUP_PENDING);
    this.consumers = new PastTree(arena, CONSUMERS_TREE);
    this.own = new PastTree(arena, CONSUMER_PENDING);
  }

  /** Begins to pass the blocks of a stream. */
  begin(root: number): void {
    this.only = rootWord(this.arena, root, STREAM_NODE);
    this.nodes.begin(root);
    this.groups.begin(root);
    this.beginGroup();
  }

  /** Passes some. Were there any? The root is left to the caller. */
  step(pass: PassBlock): boolean {
    const { only, nodes, groups, pending, consumers, own } = this;
    if (only !== NONE) {
      this.only = NONE;
      pass(only);
      return true;
    }
    if (passRow(nodes, pass) || own.advanceLeaf(pass) || pending.advanceLeaf(pass)) return true;
    if (passRow(consumers, pass)) {
      this.beginConsumer();
      return true;
    }
    if (!passRow(groups, pass)) return false;
    this.beginGroup();
    return true;
  }

  private beginGroup(): void {
    const group = this.groups.next();
    if (group === NONE) return;
    this.pending.begin(group);
    this.consumers.begin(group);
    this.beginConsumer();
  }

  private beginConsumer(): void {
    const consumer = this.consumers.next();
    if (consumer !== NONE) this.own.begin(consumer);
  }
}

/** Passes what the next row names. Is there one? */
function passRow(tree: PastTree, pass: PassBlock): boolean {
  const block = tree.next();
  if (block === NONE) return false;
  tree.advance(pass);
  pass(block);
  return true;
}
