// Who must be asked before a unit of a list or stream (a node of the tree, a packed node) changes:
// while a snapshot is being written, a worker reads the units that were there when it began, from
// the root as it was then.
//
// The rule: before a unit is changed, split, merged or left, it is *owned*. One that the worker may
// still read stays as it is and *retires*, and a copy takes its place in its parent, which was
// owned first. So everything that the old root reaches is as it was, until the worker has passed.

export interface SharedUnits {
  /** May somebody still read the unit as it is? */
  isFrozen(unit: number): boolean;
  /** A unit was made, which nobody else knows. */
  made(unit: number): void;
  /** Nothing of ours refers to the unit any more: it is freed, now or when it was read. */
  retire(unit: number): void;
}
