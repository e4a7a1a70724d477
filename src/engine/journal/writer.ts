// The writer of the journal: takes whole units as bytes, writes them in groups, and makes them
// last. A group is what comes between two writes: all turns of one round of the event loop.
//
// How soon a group lasts is the policy: `always` syncs after each write, `everysec` when the oldest
// byte is half a second old, `no` leaves it to the system. One sync runs at a time, in the
// background, and covers what was written when it began.
//
// A disk without room takes a part of a group, or nothing: the rest is kept, and tried again. What
// a failed sync was to make last may be gone although later syncs succeed: such a file gets nothing
// more, and only other files, of a rewrite, can take its place.
//
// Invariants: [start, end) of `queue` are not written yet, in order; what follows `boundary` in it
// is for the next file. Groups up to `writtenGroup` are written, up to `syncedGroup` synced, and
// `lastingGroup` is the one of the two that the policy promises.
import { ZERO } from '../../domain/doubles.ts';
import { closeQuietly, DiskError, type DiskFile } from '../disk.ts';
import type { Clock, Timer } from '../ports.ts';

export const ALWAYS = 'always';
const EVERY_SECOND = 'everysec';

const FIRST_SIZE = 64 * 1024;
/** A queue that was longer than this is not kept. */
const KEPT_SIZE_MAX = 1024 * 1024;
/** So much is written at once, and for so long; then others have their turn. */
const PIECE_SIZE = 256 * 1024;
const WRITE_US = 1000;
/** The age of the oldest byte at which everysec syncs, and at which replies wait for it. */
const SYNC_AGE_MS = 500;
const LATE_AGE_MS = 1000;
/** How soon a disk without room is tried again. */
const RETRY_MS = 100;
/** What a disk says that may have room again. */
const PASSING: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const NOWHERE = Number.POSITIVE_INFINITY;

/** Syncs that take so long are worth waiting for more to come: see mustGather(). */
const GATHER_SYNC_US = 1000;
/** How much the last sync says of what the next one will take. */
const SYNC_WEIGHT = 0.25;

/** Who hears of what becomes of groups. */
export interface GroupListener {
  /** Sessions whose replies are held. */
  readonly heldCount: number;
  /** Groups up to writer.lastingGroup last now. */
  lasting(): void;
  /** All that came before pause() is synced. */
  settled(): void;
  /** Data of everysec is older than it may be, or no longer: replies of writes wait, or not. */
  late(isLate: boolean): void;
  /** Something cannot be written or synced; null: it can be again. */
  trouble(problem: DiskError | null): void;
}

export class JournalWriter {
  policy = EVERY_SECOND;
  /** The group that is written next. */
  group = 1;
  /** The group of the byte that was appended last. */
  lastGroup = 0;
  writtenGroup = 0;
  private syncedGroup = 0;
  /** What the policy promises of it holds for the groups up to this one. */
  lastingGroup = 0;
  /** Bytes of the file, with those that wait. */
  size = ZERO;
  /** Why nothing can be written now, or null. */
  problem: DiskError | null = null;
  /** A sync failed, or what is as bad: the file gets nothing more. */
  isBroken = false;
  isSyncing = false;
  /** How long a sync takes, on average. */
  private syncUs = ZERO;
  /** Until so many replies are held, or until then, the next sync of `always` waits. */
  private gatherCount = 0;
  private gatherEndUs = ZERO;
  /** Syncs that took long: INFO's aof_delayed_fsync. */
  lateCount = 0;
  private readonly clock: Clock;
  private readonly listener: GroupListener;
  private file: DiskFile | null = null;
  private queue = new Uint8Array(FIRST_SIZE);
  private start = 0;
  private end = 0;
  private boundary = NOWHERE;
  /** The last group before pause(). */
  private pausedGroup = 0;
  /** When the oldest byte came that does not last, by the monotonic clock; 0: all last. */
  private oldestUs = ZERO;
  /** The same of what came since the running sync began. */
  private nextOldestUs = ZERO;
  private syncStartUs = ZERO;
  private syncTarget = 0;
  private isPlanned = false;
  private syncTimer: Timer | null = null;
  private lateTimer: Timer | null = null;
  private isLate = false;
  /** The file may not be the one that the running sync was begun for. */
  private syncedFile: DiskFile | null = null;
  /** Wants a sync soon, whatever the policy. */
  private isHurried = false;

  private readonly writePlanned = (): void => {
    this.isPlanned = false;
    this.writeSlice();
  };
  private readonly syncDue = (): void => {
    this.syncTimer = null;
    this.syncIfWanted();
  };
  private readonly becomeLate = (): void => {
    this.lateTimer = null;
    this.isLate = true;
    this.lateCount++;
    this.listener.late(true);
  };

  constructor(clock: Clock, listener: GroupListener) {
    this.clock = clock;
    this.listener = listener;
  }

  /** Bytes that wait to be written. */
  get queuedSize(): number {
    return this.end - this.start;
  }

  /** Is all synced that came before pause()? */
  get isSettled(): boolean {
    return this.syncedGroup >= this.pausedGroup && this.start >= Math.min(this.end, this.boundary);
  }

  get isOpen(): boolean {
    return this.file !== null;
  }

  /** Begins with a file that has `size` bytes. */
  open(file: DiskFile, size: number): void {
    this.file = file;
    this.size = size;
  }

  /** Takes [0, size) of `bytes`, which are the caller's again when this returns. */
  append(bytes: Uint8Array, size: number): void {
    this.reserve(size);
    this.queue.set(size === bytes.length ? bytes : bytes.subarray(0, size), this.end);
    this.end += size;
    this.size += size;
    this.lastGroup = this.group;
    if (this.oldestUs === 0) this.oldestUs = this.clock.monotonicUs();
    else if (this.isSyncing && this.nextOldestUs === 0) {
      this.nextOldestUs = this.clock.monotonicUs();
    }
    if (this.problem === null) this.plan(0);
  }

  /**
   * Writes what was appended, and lets what comes now wait for the next file: until goOn(). What is
   * written is synced soon, whatever the policy.
   */
  pause(): void {
    if (this.problem === null) this.writeNow();
    this.boundary = this.end;
    this.closeGroup();
    this.isHurried = true;
    this.syncIfWanted();
  }

  /**
   * After pause(): goes on in `file`, or, with null, in the present one. In another file what was
   * not written yet is not missed, and everything that was appended before pause() lasts.
   */
  goOn(file: DiskFile | null): void {
    if (file !== null) {
      this.closeFile();
      this.file = file;
      this.start = Math.min(this.boundary, this.end);
      this.size = this.end - this.start;
      this.isHurried = false;
      this.isBroken = false;
      this.oldestUs = this.size > 0 ? this.clock.monotonicUs() : 0;
      this.nextOldestUs = 0;
      this.solved();
      this.syncedUpTo(this.pausedGroup);
    }
    this.boundary = NOWHERE;
    if (this.queuedSize > 0 && this.problem === null) this.plan(0);
  }

  /** Writes and syncs everything, while everything waits. Throws DiskError. */
  finish(): void {
    const { file } = this;
    if (file === null) return;
    if (this.isBroken && this.problem !== null) throw this.problem;
    this.boundary = NOWHERE;
    this.closeGroup();
    while (this.start < this.end) this.start += file.write(this.queue, this.start, this.end);
    file.syncNow();
    this.syncedUpTo(this.group - 1);
  }

  /** Nothing more is written. */
  close(): void {
    this.closeFile();
    this.syncTimer?.cancel();
    this.lateTimer?.cancel();
    this.syncTimer = null;
    this.lateTimer = null;
    this.start = 0;
    this.end = 0;
    this.oldestUs = 0;
    this.nextOldestUs = 0;
    this.boundary = NOWHERE;
    this.isBroken = false;
    this.syncedUpTo(this.group);
    this.group++;
    this.solved();
  }

  /** The policy is another one. */
  setPolicy(policy: string): void {
    this.policy = policy;
    if (policy !== EVERY_SECOND) this.notLate();
    this.tell();
    this.syncIfWanted();
  }

  private closeGroup(): void {
    this.pausedGroup = this.group;
    this.group++;
  }

  private plan(delayMs: number): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    this.clock.schedule(delayMs, this.writePlanned);
  }

  /** Writes for a while; the rest later. */
  private writeSlice(): void {
    const limitUs = this.clock.monotonicUs() + WRITE_US;
    if (this.start < Math.min(this.end, this.boundary)) this.tryWrite(limitUs);
    if (this.problem !== null) return;
    if (this.start < Math.min(this.end, this.boundary)) this.plan(0);
  }

  private writeNow(): void {
    this.tryWrite(Number.POSITIVE_INFINITY);
  }

  private tryWrite(limitUs: number): void {
    const { file } = this;
    if (file === null || this.isBroken) return;
    try {
      this.write(file, limitUs);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return this.failed(error, !PASSING.includes(error.code));
    }
    this.solved();
    if (this.start < Math.min(this.end, this.boundary)) return;
    const isPaused = this.boundary !== NOWHERE;
    this.writtenGroup = Math.min(isPaused ? this.pausedGroup : this.group, this.lastGroup);
    if (this.writtenGroup === this.group) this.group++;
    this.tell();
    this.syncIfWanted();
  }

  private write(file: DiskFile, limitUs: number): void {
    const end = Math.min(this.end, this.boundary);
    while (this.start < end) {
      const pieceEnd = Math.min(end, this.start + PIECE_SIZE);
      this.start += file.write(this.queue, this.start, pieceEnd);
      if (this.start < end && this.clock.monotonicUs() > limitUs) return;
    }
    if (this.start < this.end) return;
    this.start = 0;
    this.end = 0;
    if (this.boundary !== NOWHERE) this.boundary = 0;
    if (this.queue.length > KEPT_SIZE_MAX) this.queue = new Uint8Array(FIRST_SIZE);
  }

  /** Begins a sync where the policy asks for one. */
  private syncIfWanted(): void {
    const { file, policy } = this;
    if (file === null || this.isSyncing || this.isBroken) return;
    if (this.writtenGroup <= this.syncedGroup) {
      if (this.isHurried && this.problem === null) this.hurryIsOver();
      return;
    }
    if (policy === ALWAYS && !this.isHurried && this.mustGather()) return;
    if (policy !== ALWAYS && !this.isHurried) {
      if (policy !== EVERY_SECOND || this.syncTimer !== null) return;
      const ageMs = (this.clock.monotonicUs() - this.oldestUs) / 1000;
      if (ageMs < SYNC_AGE_MS) {
        this.syncTimer = this.clock.schedule(SYNC_AGE_MS - ageMs, this.syncDue);
        return;
      }
    }
    this.sync(file);
  }

  /**
   * Who was answered when the last sync ended sends something soon, and should not have to wait for
   * two syncs: a slow disk serves all of them together.
   */
  private mustGather(): boolean {
    if (this.syncUs < GATHER_SYNC_US || this.listener.heldCount >= this.gatherCount) return false;
    const leftMs = (this.gatherEndUs - this.clock.monotonicUs()) / 1000;
    if (leftMs <= 0) return false;
    this.syncTimer ??= this.clock.schedule(Math.ceil(leftMs), this.syncDue);
    return true;
  }

  private sync(file: DiskFile): void {
    this.syncTimer?.cancel();
    this.syncTimer = null;
    this.isSyncing = true;
    this.syncedFile = file;
    this.syncStartUs = this.clock.monotonicUs();
    this.nextOldestUs = this.queuedSize > 0 ? this.syncStartUs : 0;
    this.syncTarget = this.writtenGroup;
    if (this.policy === EVERY_SECOND) {
      const ageMs = (this.syncStartUs - this.oldestUs) / 1000;
      this.lateTimer = this.clock.schedule(Math.max(1, LATE_AGE_MS - ageMs), this.becomeLate);
    }
    file.sync((problem) => this.synced(file, problem));
  }

  private synced(file: DiskFile, problem: DiskError | null): void {
    this.isSyncing = false;
    this.lateTimer?.cancel();
    this.lateTimer = null;
    // Of a file that another one has replaced nothing is wanted any more.
    if (file !== this.file) return this.closeSynced(file);
    if (problem !== null) return this.failed(problem, true);
    const nowUs = this.clock.monotonicUs();
    this.syncUs += (nowUs - this.syncStartUs - this.syncUs) * SYNC_WEIGHT;
    this.gatherCount = this.listener.heldCount;
    this.gatherEndUs = nowUs + this.syncUs / 2;
    this.oldestUs = this.nextOldestUs;
    this.nextOldestUs = 0;
    this.notLate();
    this.syncedUpTo(this.syncTarget);
    this.syncIfWanted();
  }

  private notLate(): void {
    if (!this.isLate) return;
    this.isLate = false;
    this.listener.late(false);
  }

  private syncedUpTo(group: number): void {
    this.syncedGroup = Math.max(this.syncedGroup, group);
    this.writtenGroup = Math.max(this.writtenGroup, group);
    this.tell();
  }

  private tell(): void {
    const isSynced = this.policy === ALWAYS || this.policy === EVERY_SECOND;
    const group = isSynced ? this.syncedGroup : this.writtenGroup;
    if (group <= this.lastingGroup) return;
    this.lastingGroup = group;
    this.listener.lasting();
  }

  /** Everything from before pause() is synced. */
  private hurryIsOver(): void {
    this.isHurried = false;
    this.syncedUpTo(this.pausedGroup);
    this.listener.settled();
  }

  /** Writes fail from here on: for good, if the file cannot be trusted any more. */
  failed(problem: DiskError, isForGood: boolean): void {
    const isNew = this.problem === null || (isForGood && !this.isBroken);
    this.problem = problem;
    if (isForGood) this.isBroken = true;
    else this.plan(RETRY_MS);
    if (isNew) this.listener.trouble(problem);
  }

  private solved(): void {
    if (this.problem === null) return;
    this.problem = null;
    this.listener.trouble(null);
  }

  /** A file that is being synced is closed when that is over. */
  private closeFile(): void {
    const { file } = this;
    this.file = null;
    if (file === null || (this.isSyncing && this.syncedFile === file)) return;
    closeQuietly(file);
  }

  private closeSynced(file: DiskFile): void {
    closeQuietly(file);
    this.syncIfWanted();
  }

  private reserve(more: number): void {
    const { queue } = this;
    if (this.end + more <= queue.length) return;
    const used = this.end - this.start;
    const isRoomy = used + more <= queue.length / 2;
    const target = isRoomy ? queue : new Uint8Array(Math.max(queue.length * 2, used + more));
    target.set(queue.subarray(this.start, this.end));
    if (this.boundary !== NOWHERE) this.boundary -= this.start;
    this.queue = target;
    this.start = 0;
    this.end = used;
  }
}
