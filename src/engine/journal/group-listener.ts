// What the writer of the journal says of its groups: see writer.ts.
import type { DiskError } from '../disk.ts';

/** Who hears of what becomes of groups. */
export interface GroupListener {
  /** Sessions whose replies are held. */
  readonly heldCount: number;
  /** Groups up to writer.lastingGroup last now; this may be in the midst of somebody's turn. */
  lasting(): void;
  willWrite(): void;
  /** A write took so many us. */
  wrote(us: number): void;
  /** A sync is over, which took so many us, and it is nobody's turn. */
  synced(us: number): void;
  /** All that came before pause() is synced. */
  settled(): void;
  /** writer.isLate or writer.isFull has changed: replies of writes wait, or no longer. */
  delayed(): void;
  /** Something cannot be written or synced; null: it can be again. */
  trouble(problem: DiskError | null): void;
}
