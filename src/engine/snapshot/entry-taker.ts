// Who takes the entries of a snapshot, one after the other, as they were when it began: to write
// them to a file, or to send them. The databases come mixed, and the entries in no order.
//
// Refs are borrowed until the call returns or, where goOn() says that there is more to do, until it
// says that there is not: then the block may be another one's. That of begin() is, until goOn() has
// said so behind end().

export interface EntryTaker {
  /** Before all entries: what a database has, by the number that it had. */
  database(index: number, keys: number, deadlines: number): void;
  /** An entry that is whole with its record, or a stream. Its deadline in ms since 1970, or -1. */
  entry(index: number, ref: number, deadlineMs: number): void;
  /**
   * An entry of which so many parts follow: elements of a table, which come in any order, or nodes
   * of a list. `earliestMs` is the earliest deadline of a hash's fields, or infinity.
   */
  begin(index: number, ref: number, deadlineMs: number, parts: number, earliestMs: number): void;
  part(ref: number): void;
  /** All parts of the entry were given. */
  end(): void;
  /** Does some of what is left to do of what was given last. Is there more of it? */
  goOn(): boolean;
}
