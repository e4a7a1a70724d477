// What the rows of packed lists are made of. A row is an element of the collection: an item, or a
// field and its value, with a score before it or a deadline behind it.

export interface PackedShape {
  /** Bytes of a row before its entries, and behind them: a double or nothing. */
  readonly before: 0 | 8;
  readonly entries: 1 | 2;
  readonly after: 0 | 8;
  /** Does each entry end with its back length? Then the list can be read from its tail. */
  readonly hasBack: boolean;
}

/** Lists, and the nodes of lists and streams. */
export const ITEMS_WITH_BACK: PackedShape = { before: 0, entries: 1, after: 0, hasBack: true };
/** Sets. */
export const ITEMS: PackedShape = { before: 0, entries: 1, after: 0, hasBack: false };
/** Hashes. */
export const FIELDS: PackedShape = { before: 0, entries: 2, after: 0, hasBack: false };
/** Hashes with deadlines, of kind 14. */
export const FIELDS_DEADLINE: PackedShape = { before: 0, entries: 2, after: 8, hasBack: false };
/** Sorted sets. */
export const SCORE_ITEMS: PackedShape = { before: 8, entries: 1, after: 0, hasBack: false };
