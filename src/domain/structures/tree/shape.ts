// What the rows of a counted tree are made of, and so where they lie in its nodes: FORMAT.md has
// the picture. Leaves and inner nodes begin with the same columns, those that rows are sorted by.

/** Words of a node before its columns: its rows; its level, and where its rows begin. */
export const NODE_ROWS = 0;
export const NODE_LEVEL = 1;
export const NODE_COLUMNS = 2;
const LEVEL_BITS = 8;
const LEVEL_MASK = 0xff;
const NODE_SIZE = 1024;

/** What the word of a node's level says besides: the row at which its rows begin. */
export function firstRowOf(levelWord: number): number {
  return levelWord >>> LEVEL_BITS;
}

export function levelOf(levelWord: number): number {
  return levelWord & LEVEL_MASK;
}

/** The word of the level where a node's rows begin so many rows later. */
export function withRowsLater(levelWord: number, rows: number): number {
  return levelWord + (rows << LEVEL_BITS);
}

export interface TreeOptions {
  /** Signed words that rows are sorted by, the first one first. */
  readonly keyWords: 0 | 2 | 4;
  /** Words of a leaf's row behind its key, if any: the first is what ties are decided by. */
  readonly valueWords: number;
  /** Do rows with equal keys exist, sorted by their first value? */
  readonly hasTies: boolean;
  /** Has each row of a leaf a weight, or does it count as one? */
  readonly isWeighted: boolean;
  /** The word of the root that has the top node; the next one has the number of levels. */
  readonly rootWord: number;
  /** Is the root's count that of this tree? */
  readonly keepsCount: boolean;
  /** Does who reads the past meet its nodes? Else they change in place. */
  readonly isRead?: boolean;
  /** Bytes of a node. */
  readonly nodeSize?: number;
}

export class TreeShape {
  readonly keyWords: number;
  readonly valueWords: number;
  readonly hasTies: boolean;
  readonly isWeighted: boolean;
  readonly rootWord: number;
  readonly keepsCount: boolean;
  readonly isRead: boolean;
  readonly nodeSize: number;
  /** Columns that rows are sorted by. */
  readonly sortColumns: number;
  readonly weightColumn: number;
  readonly leafColumns: number;
  readonly leafRowsMax: number;
  readonly childColumn: number;
  readonly countColumn: number;
  readonly innerColumns: number;
  readonly innerRowsMax: number;

  constructor(options: TreeOptions) {
    this.keyWords = options.keyWords;
    this.valueWords = options.valueWords;
    this.hasTies = options.hasTies;
    this.isWeighted = options.isWeighted;
    this.rootWord = options.rootWord;
    this.keepsCount = options.keepsCount;
    this.isRead = options.isRead === true;
    this.nodeSize = options.nodeSize ?? NODE_SIZE;
    const columnWords = this.nodeSize / 4 - NODE_COLUMNS;
    this.sortColumns = this.keyWords + (this.hasTies ? 1 : 0);
    this.weightColumn = this.keyWords + this.valueWords;
    this.leafColumns = this.weightColumn + (this.isWeighted ? 1 : 0);
    this.leafRowsMax = Math.floor(columnWords / this.leafColumns);
    this.childColumn = this.sortColumns;
    this.countColumn = this.childColumn + 1;
    this.innerColumns = this.countColumn + 1;
    this.innerRowsMax = Math.floor(columnWords / this.innerColumns);
  }

  /** Are rows found by what they are sorted by, and not by their rank alone? */
  get isSorted(): boolean {
    return this.sortColumns > 0;
  }

  rowsMax(level: number): number {
    return level === 0 ? this.leafRowsMax : this.innerRowsMax;
  }

  columns(level: number): number {
    return level === 0 ? this.leafColumns : this.innerColumns;
  }
}
