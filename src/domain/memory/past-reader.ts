// Who reads the data as it was at one moment, while everything goes on to change: a snapshot that
// is being written. What it must be asked and told stands here; the arena knows who it is.
//
// The rule: a block that was there at that moment is *frozen* until it was read: it is neither
// changed nor freed. What would change goes on in a copy, and nothing of ours refers to the old
// block any more: it *retires*. Records, elements of tables, nodes of lists and streams, groups and
// consumers, and the trees of all these are kept so, each with the large blocks that it has;
// FORMAT.md lists what changes in place all the same.
//
// Entries and elements are met by a walk over the dict or table as it is by then, so one that
// leaves before it was met must be handed over. What a list or stream had is met from the root
// that it had.

/** Who can free blocks of a sort. */
export interface BlockOwner {
  free(ref: number): void;
  /** Bytes of what free() frees. */
  capacity(ref: number): number;
}

export interface PastReader {
  /** Bytes of what has retired, and is not freed before it was read. */
  readonly retiredSize: number;
  /** Is the block still to be read as it is? No if it was made since, or was read. */
  isFrozen(ref: number): boolean;
  /** A block was made: it will not be read. */
  made(ref: number): void;
  /**
   * A block is given up which is frozen, or from which others are found that are: its owner frees
   * it when that is over.
   */
  retire(ref: number, owner: BlockOwner): void;
  /**
   * An element is about to come to the table of a root, whose elements are of this layout (one of
   * ..._SIZE_AT): what the table has is to be noted before.
   */
  comes(root: number, layout: number): void;
  /** An element is about to leave the table of a root, or to be replaced there. */
  leaves(root: number, element: number, layout: number): void;
  /**
   * An entry is about to leave its dict, by which its database is known, or to be replaced there:
   * always before its deadline changes.
   */
  entryLeaves(dict: object, ref: number): void;
  /**
   * A database is about to get another dict, and to have no entries. Must the old one and its heap
   * stay as they are, to be walked over? Then PendingFrees.release() says when that is over.
   */
  flushes(dict: object): boolean;
  /** All memory is about to be forgotten at once: reading ends here. */
  cancel(): void;
}
