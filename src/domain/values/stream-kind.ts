// What deletion, COPY, MEMORY USAGE and verify() need to know of streams: a root, nodes of entries
// found by a tree, and groups with their consumers and pending entries.
import type { HashKey } from '../bytes/hash.ts';
import { type Arena, NONE } from '../memory/arena.ts';
import type { Elements } from '../structures/elements/elements.ts';
import { Roots } from '../structures/root.ts';
import { CountedTree } from '../structures/tree/counted-tree.ts';
import { TreeBuilder } from '../structures/tree/tree-builder.ts';
import { freeTree, visitTree } from '../structures/tree/walk.ts';
import { type BlockVisitor, ELEMENTS_COPIED, type FreeBudget, type RootedKind } from './kinds.ts';
import {
  CONSUMER_PENDING,
  GROUP_PENDING,
  PENDING_DELIVERIES,
  PENDING_MIXED,
  PENDING_SEAT,
  PENDING_TIME,
} from './pending-entries.ts';
import { CONSUMERS_TREE, GROUPS_TREE, StreamGroups } from './stream-groups.ts';
import { STREAM_TREE, StreamIndex } from './stream-index.ts';
import { StreamNode, StreamNodes } from './stream-node.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_SEAT,
  CONSUMER_SEEN,
  GROUP_LAST_ID,
  GROUP_READ,
  rootWord,
  STREAM_ADDED,
  STREAM_LAST_ID,
  STREAM_LENGTH,
  STREAM_NODE,
  STREAM_ROOT_SIZE,
  setRootWord,
} from './stream-root.ts';
import { StreamVerifier } from './stream-verify.ts';

export class StreamKind implements RootedKind {
  /** A group by itself: XGROUP DESTROY lets it be freed in slices. */
  readonly group: RootedKind;
  private readonly roots: Roots;
  private readonly groups: StreamGroups;
  private readonly copies: StreamGroups;
  private readonly index: StreamIndex;
  private readonly copyIndex: StreamIndex;
  private readonly nodes: StreamNodes;
  private readonly groupsTree: CountedTree;
  private readonly consumersTree: CountedTree;
  private readonly pendingTree: CountedTree;
  private readonly ownTree: CountedTree;
  private readonly pendingBuilder: TreeBuilder;
  private readonly ownBuilder: TreeBuilder;
  private readonly verifier: StreamVerifier;

  constructor(arena: Arena, hashKey: HashKey) {
    const roots = new Roots(arena);
    this.roots = roots;
    this.groups = new StreamGroups(arena, hashKey);
    this.copies = new StreamGroups(arena, hashKey);
    this.index = new StreamIndex(arena, roots, new StreamNode(arena));
    this.copyIndex = new StreamIndex(arena, roots, new StreamNode(arena));
    this.nodes = new StreamNodes(arena, roots);
    this.groupsTree = new CountedTree(arena, roots, GROUPS_TREE, null);
    this.consumersTree = new CountedTree(arena, roots, CONSUMERS_TREE, null);
    this.pendingTree = new CountedTree(arena, roots, GROUP_PENDING, null);
    this.ownTree = new CountedTree(arena, roots, CONSUMER_PENDING, null);
    this.pendingBuilder = new TreeBuilder(arena, roots, GROUP_PENDING);
    this.ownBuilder = new TreeBuilder(arena, roots, CONSUMER_PENDING);
    this.verifier = new StreamVerifier(arena, this.groups);
    this.group = new GroupKind(
      (root, budget) => this.freeGroup(arena, root, budget),
      (root, visitor) => this.visitGroup(arena, root, visitor),
    );
  }

  free(arena: Arena, root: number, budget: FreeBudget): boolean {
    const only = rootWord(arena, root, STREAM_NODE);
    if (only !== NONE) {
      arena.free(only);
      setRootWord(arena, root, STREAM_NODE, NONE);
    }
    if (freeTree(arena, STREAM_TREE, root, { visit: (node) => arena.free(node) }, budget)) {
      return true;
    }
    const { groupsTree } = this;
    for (
      let more = groupsTree.cursor.seekLast(root);
      more;
      more = groupsTree.cursor.seekLast(root)
    ) {
      if (this.freeGroup(arena, groupsTree.cursor.value(0), budget)) return true;
      groupsTree.removeFound(root);
    }
    if (budget.blocks <= 0) return true;
    budget.blocks--;
    arena.free(root);
    return false;
  }

  fork(_arena: Arena, root: number): number {
    return this.roots.fork(root, STREAM_ROOT_SIZE);
  }

  *copying(arena: Arena, root: number): Generator<number, number> {
    const { index, copyIndex, groups, nodes } = this;
    const made = this.roots.make(STREAM_ROOT_SIZE);
    setRootWord(arena, made, STREAM_LENGTH, rootWord(arena, root, STREAM_LENGTH));
    for (let word = STREAM_LAST_ID; word <= STREAM_ADDED + 1; word++) {
      setRootWord(arena, made, word, rootWord(arena, root, word));
    }
    index.root = root;
    copyIndex.root = made;
    for (let more = index.first(); more; more = index.next()) {
      copyIndex.node.open(nodes.copy(made, index.node));
      copyIndex.node.id.take(index.node.id);
      copyIndex.append();
      yield made;
    }
    for (let group = groups.first(root); group !== NONE; group = groups.next()) {
      yield* this.copyGroup(arena, group, made);
    }
    return made;
  }

  size(_arena: Arena, root: number): number {
    return this.roots.bytes(root) + this.groups.size(root);
  }

  forEachBlock(arena: Arena, root: number, visitor: BlockVisitor): void {
    visitor.visit(root);
    const only = rootWord(arena, root, STREAM_NODE);
    if (only !== NONE) visitor.visit(only);
    visitTree(arena, STREAM_TREE, root, visitor, visitor);
    const visit = (group: number): void => this.visitGroup(arena, group, visitor);
    visitTree(arena, GROUPS_TREE, root, visitor, { visit });
  }

  verify(_arena: Arena, root: number): void {
    this.verifier.verify(root);
  }

  private freeGroup(arena: Arena, group: number, budget: FreeBudget): boolean {
    const { consumersTree, groups } = this;
    if (freeTree(arena, GROUP_PENDING, group, null, budget)) return true;
    for (
      let more = consumersTree.cursor.seekLast(group);
      more;
      more = consumersTree.cursor.seekLast(group)
    ) {
      const consumer = consumersTree.cursor.value(0);
      if (groups.freeConsumerIn(consumer, budget)) return true;
      consumersTree.removeFound(group);
    }
    if (budget.blocks <= 0) return true;
    budget.blocks--;
    groups.elements.free(group);
    return false;
  }

  private visitGroup(arena: Arena, group: number, visitor: BlockVisitor): void {
    visitElement(this.groups.elements, group, visitor);
    visitTree(arena, GROUP_PENDING, group, visitor, null);
    const visit = (consumer: number): void => {
      visitElement(this.groups.elements, consumer, visitor);
      visitor.visit(rootWord(arena, consumer, CONSUMER_SEAT));
      visitTree(arena, CONSUMER_PENDING, consumer, visitor, null);
    };
    visitTree(arena, CONSUMERS_TREE, group, visitor, { visit });
  }

  private *copyGroup(arena: Arena, group: number, stream: number): Generator<number, void> {
    const { groups, copies, pendingTree, pendingBuilder } = this;
    const { elements } = groups;
    elements.locateKey(group);
    const { keyBytes, keyStart, keyEnd } = elements;
    const made = copies.add(stream, keyBytes, keyStart, keyEnd);
    for (let i = 0; i < 4; i++) {
      setRootWord(arena, made, GROUP_LAST_ID + i, rootWord(arena, group, GROUP_LAST_ID + i));
    }
    setRootWord(arena, made, GROUP_READ, rootWord(arena, group, GROUP_READ));
    setRootWord(arena, made, GROUP_READ + 1, rootWord(arena, group, GROUP_READ + 1));
    const twins = new Map<number, number>();
    yield* this.copyConsumers(arena, group, made, twins, stream);
    const { cursor } = pendingTree;
    let count = 0;
    pendingBuilder.begin(made);
    for (let more = cursor.seekRank(group, 0); more; more = cursor.next()) {
      for (let i = 0; i < 4; i++) pendingBuilder.key[i] = cursor.keyWord(i);
      pendingBuilder.add(twins.get(cursor.value(PENDING_SEAT)) ?? NONE, 1);
      for (const word of [PENDING_TIME, PENDING_MIXED, PENDING_DELIVERIES]) {
        pendingBuilder.setValue(word, cursor.value(word));
      }
      if (++count % ELEMENTS_COPIED !== 0) continue;
      pendingBuilder.finish();
      yield stream;
      pendingBuilder.resume();
    }
    pendingBuilder.finish();
  }

  /** Notes the seat of each copy, by that of the consumer. */
  private *copyConsumers(
    arena: Arena,
    group: number,
    made: number,
    twins: Map<number, number>,
    stream: number,
  ): Generator<number, void> {
    const { groups, copies, ownTree, ownBuilder } = this;
    const { elements } = groups;
    const { cursor } = ownTree;
    let count = 0;
    let consumer = groups.firstConsumer(group);
    for (; consumer !== NONE; consumer = groups.nextConsumer()) {
      const seenMs = groups.time(consumer, CONSUMER_SEEN);
      elements.locateKey(consumer);
      const { keyBytes, keyStart, keyEnd } = elements;
      const twin = copies.addConsumer(made, keyBytes, keyStart, keyEnd, seenMs);
      copies.setTime(twin, CONSUMER_ACTIVE, groups.time(consumer, CONSUMER_ACTIVE));
      ownBuilder.begin(twin);
      for (let more = cursor.seekRank(consumer, 0); more; more = cursor.next()) {
        for (let i = 0; i < 4; i++) ownBuilder.key[i] = cursor.keyWord(i);
        ownBuilder.add(0, 1);
        if (++count % ELEMENTS_COPIED !== 0) continue;
        ownBuilder.finish();
        yield stream;
        ownBuilder.resume();
      }
      ownBuilder.finish();
      const seat = rootWord(arena, consumer, CONSUMER_SEAT);
      twins.set(seat, rootWord(arena, twin, CONSUMER_SEAT));
    }
  }
}

/** A group that belongs to no stream any more. */
class GroupKind implements RootedKind {
  private readonly freeGroup: (group: number, budget: FreeBudget) => boolean;
  private readonly visitGroup: (group: number, visitor: BlockVisitor) => void;

  constructor(
    freeGroup: (group: number, budget: FreeBudget) => boolean,
    visitGroup: (group: number, visitor: BlockVisitor) => void,
  ) {
    this.freeGroup = freeGroup;
    this.visitGroup = visitGroup;
  }

  free(_arena: Arena, root: number, budget: FreeBudget): boolean {
    return this.freeGroup(root, budget);
  }

  forEachBlock(_arena: Arena, root: number, visitor: BlockVisitor): void {
    this.visitGroup(root, visitor);
  }

  copying(): Generator<number, number> {
    throw new Error('a group is copied with its stream');
  }

  /** Without its consumers, which are measured with their stream. */
  size(arena: Arena, root: number): number {
    return arena.capacity(root);
  }

  verify(): void {}
}

function visitElement(elements: Elements, element: number, visitor: BlockVisitor): void {
  visitor.visit(element);
  const name = elements.keyBlock(element);
  if (name !== 0) visitor.visit(name);
}
