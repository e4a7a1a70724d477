// Patterns by their literal beginnings: of `news.*` that is `news.`. A radix tree of these finds,
// in one walk along a channel's name, the few patterns that it may match; only they are tried.
//
// Invariants: a node stands for the bytes of the labels on the way to it, and holds the patterns
// that begin with exactly these; but for the root, a node without patterns has two children or
// more; labels are not empty, and the labels of a node's children begin with different bytes.
import { globMatch } from '../../domain/bytes/glob.ts';
import { joinBytes } from '../../domain/bytes/join.ts';
import type { Topic } from './subscriptions.ts';

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const NO_BYTES = new Uint8Array(0);

class Node<Subscriber> {
  parent: Node<Subscriber> | null;
  label: Uint8Array;
  /** By the first byte of their labels. */
  readonly children = new Map<number, Node<Subscriber>>();
  readonly patterns = new Set<Topic<Subscriber>>();

  constructor(parent: Node<Subscriber> | null, label: Uint8Array) {
    this.parent = parent;
    this.label = label;
    parent?.children.set(label[0], this);
  }
}

export class PatternIndex<Subscriber> {
  private readonly root = new Node<Subscriber>(null, NO_BYTES);

  add(pattern: Topic<Subscriber>): void {
    const { name } = pattern;
    const end = literalSize(name);
    let node = this.root;
    let at = 0;
    while (at < end) {
      let child = node.children.get(name[at]);
      if (child === undefined) {
        child = new Node(node, name.slice(at, end));
      } else {
        const common = commonSize(child.label, name, at, end);
        if (common < child.label.length) child = split(child, common);
      }
      at += child.label.length;
      node = child;
    }
    node.patterns.add(pattern);
  }

  /** Removes a pattern that is there. */
  remove(pattern: Topic<Subscriber>): void {
    const { name } = pattern;
    const node = this.walk(name, 0, literalSize(name), null);
    if (!node.patterns.delete(pattern)) throw new Error('the pattern is not in its index');
    tidy(node);
  }

  /**
   * Adds all patterns that the channel matches to `matches`, which is empty, in the order in which
   * they were first subscribed to.
   */
  match(channel: Uint8Array, start: number, end: number, matches: Topic<Subscriber>[]): void {
    this.walk(channel, start, end, matches);
    if (matches.length > 1) matches.sort(byNumber);
  }

  /**
   * Goes along the bytes as far as there are nodes, and returns the last one. Collects patterns of
   * all nodes on the way that the bytes, a channel's name, match.
   */
  private walk(
    buffer: Uint8Array,
    start: number,
    end: number,
    matches: Topic<Subscriber>[] | null,
  ): Node<Subscriber> {
    let node = this.root;
    let at = start;
    for (;;) {
      if (matches !== null) collect(node.patterns, buffer, start, end, matches);
      if (at === end) return node;
      const child = node.children.get(buffer[at]);
      if (child === undefined) return node;
      const { label } = child;
      if (commonSize(label, buffer, at, end) < label.length) return node;
      at += label.length;
      node = child;
    }
  }
}

function collect<Subscriber>(
  patterns: Set<Topic<Subscriber>>,
  channel: Uint8Array,
  start: number,
  end: number,
  matches: Topic<Subscriber>[],
): void {
  for (const pattern of patterns) {
    const { name } = pattern;
    if (globMatch(name, 0, name.length, channel, start, end, false)) matches.push(pattern);
  }
}

/** Puts a node in between that stands for the first `size` bytes of the child's label. */
function split<Subscriber>(child: Node<Subscriber>, size: number): Node<Subscriber> {
  const middle = new Node(child.parent, child.label.slice(0, size));
  child.label = child.label.slice(size);
  child.parent = middle;
  middle.children.set(child.label[0], child);
  return middle;
}

/** Takes out nodes that are not needed any more, from `last` up. */
function tidy<Subscriber>(last: Node<Subscriber>): void {
  let node = last;
  while (node.parent !== null && node.patterns.size === 0 && node.children.size < 2) {
    const { parent } = node;
    parent.children.delete(node.label[0]);
    for (const child of node.children.values()) {
      child.label = joinBytes([node.label, child.label]);
      child.parent = parent;
      parent.children.set(child.label[0], child);
    }
    node = parent;
  }
}

/** How many bytes of the pattern can only match themselves. */
function literalSize(pattern: Uint8Array): number {
  for (let i = 0; i < pattern.length; i++) {
    const byte = pattern[i];
    if (byte === STAR || byte === QUESTION || byte === OPEN || byte === BACKSLASH) return i;
  }
  return pattern.length;
}

/** How many of the label's bytes are those of buffer[start, end). */
function commonSize(label: Uint8Array, buffer: Uint8Array, start: number, end: number): number {
  const size = Math.min(label.length, end - start);
  let i = 0;
  while (i < size && label[i] === buffer[start + i]) i++;
  return i;
}

function byNumber<Subscriber>(a: Topic<Subscriber>, b: Topic<Subscriber>): number {
  return a.number - b.number;
}
