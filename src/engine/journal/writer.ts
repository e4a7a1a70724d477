// The writer of the journal: takes whole units as bytes, writes them in groups, and makes them
// last. A group is all turns of one round of the event loop, or, where no reply waits for it, of a
// millisecond, and more where the disk is slow.
//
// How soon a group lasts is the policy: `always` syncs after each write, `everysec` when the oldest
// byte is half a second old or somebody waits, `no` leaves it to the system. One sync runs at a
// time, in the background, and covers what was written when it began.
//
// A disk without room takes a part of a group, or nothing: the rest is kept, and tried again. What
// a failed sync was to make last may be gone although later syncs succeed: such a file gets nothing
// more, and only other files, of a rewrite, can take its place.
//
// Who writes faster than the disk takes it waits: while more than unwrittenSizeMax bytes are not
// written (isFull), or data of everysec is older than a second (isLate), replies of writes wait.
//
// Invariants: [start, end) of `queue` are not written yet, in order: until `boundary` they belong
// to closed groups, what follows is the open one's, `group`, and, while the writer is paused, the
// next file's. Groups up to `writtenGroup` are written, up to `syncedGroup` synced, and
// `lastingGroup` is the one of the two that the policy promises.
import { ZERO } from '../../domain/doubles.ts';
import { closeQuietly, DiskError, type DiskFile } from '../disk.ts';
import type { Clock, Timer } from '../ports.ts';
import type { GroupChecksums } from './checksums.ts';
import type { GroupListener } from './group-listener.ts';
import { SyncPace } from './sync-pace.ts';

export const ALWAYS = 'always';
const EVERY_SECOND = 'everysec';

const NO_BYTES = new Uint8Array(0);
const FIRST_SIZE = 64 * 1024;
/** A queue that was longer than this is not kept. */
const KEPT_SIZE_MAX = 1024 * 1024;
/** So much is written at once, and for so long; then others have their turn. */
const PIECE_SIZE = 256 * 1024;
const WRITE_US = 1000;
/** Where no reply waits for a group, it is so long in the making, or has so many bytes. */
const GROUP_US = 1000;
const GROUP_SIZE = 64 * 1024;
/** The age of the oldest byte at which everysec syncs, and at which replies wait for it. */
const SYNC_AGE_MS = 500;
const LATE_AGE_MS = 1000;
/** How soon a disk without room is tried again. */
const RETRY_MS = 100;
const NEVER = Number.POSITIVE_INFINITY;
/** What a disk says that may have room again. */
const PASSING: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

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
  /** Data of everysec is older than it may be. */
  isLate = false;
  /** Too much is not written. */
  isFull = false;
  /** How often data was late: INFO's aof_delayed_fsync. */
  lateCount = 0;
  /** Replies of writes wait while more bytes are not written. */
  unwrittenSizeMax = 64 * 1024 * 1024;
  /** Notes that stand before groups, or null. */
  checksums: GroupChecksums | null = null;
  private readonly pace: SyncPace;
  private readonly clock: Clock;
  private readonly listener: GroupListener;
  private file: DiskFile | null = null;
  private queue: Uint8Array = NO_BYTES;
  private start = 0;
  private end = 0;
  private boundary = 0;
  private isPaused = false;
  // By the monotonic clock: when the oldest byte came that does not last,
  private oldestUs = NEVER;
  /** that of those that came since the running sync began, */
  private nextOldestUs = NEVER;
  /** that of the closed groups that are not written, */
  private closedUs = NEVER;
  /** and that of the open group. */
  private openUs = NEVER;
  private syncStartUs = ZERO;
  private syncTarget = 0;
  private writtenUs = ZERO;
  private writeTimer: Timer | null = null;
  /** It waits for more to come. */
  private isGathering = false;
  private syncTimer: Timer | null = null;
  private lateTimer: Timer | null = null;
  /** The file may not be the one that the running sync was begun for. */
  private syncedFile: DiskFile | null = null;
  /** Wants a sync soon, whatever the policy. */
  private isHurried = false;

  private readonly writeDue = (): void => {
    const leftMs = this.gatherMs();
    this.cancelWrite();
    this.isGathering = leftMs > 0;
    if (this.isGathering) this.plan(leftMs);
    else this.writeSlice();
  };
  private readonly syncDue = (): void => {
    this.syncTimer = null;
    this.syncIfWanted(true);
  };
  private readonly ageDue = (): void => this.watchAge();

  constructor(clock: Clock, listener: GroupListener) {
    this.clock = clock;
    this.listener = listener;
    this.pace = new SyncPace(clock);
  }

  /** Bytes that wait to be written. */
  get queuedSize(): number {
    return this.end - this.start;
  }

  /** Is all synced that came before pause()? */
  get isSettled(): boolean {
    return this.start === this.boundary && this.syncedGroup >= this.group - 1;
  }

  /** Begins with a file that has `size` bytes. */
  open(file: DiskFile, size: number): void {
    this.file = file;
    this.size = size;
  }

  /** Takes [0, size) of `bytes`, which are the caller's again when this returns. */
  append(bytes: Uint8Array, size: number): void {
    this.reserve(size + (this.checksums?.noteSize ?? 0));
    if (this.boundary === this.end) this.makeRoomForNote();
    this.queue.set(size === bytes.length ? bytes : bytes.subarray(0, size), this.end);
    this.end += size;
    this.size += size;
    this.lastGroup = this.group;
    if (this.openUs === NEVER) this.groupBegins();
    if (this.queuedSize > this.unwrittenSizeMax) this.watchSize();
    if (this.problem === null) this.planGroup();
  }

  /**
   * Lets what comes now wait for the next file: until goOn(). What came before is written and
   * synced soon, whatever the policy.
   */
  pause(): void {
    this.closeGroup();
    this.isPaused = true;
    this.isHurried = true;
    if (this.problem === null) this.plan(0);
  }

  /**
   * After pause(): goes on in `file`, or, with null, in the present one. In another file what was
   * not written yet is not missed, and everything that was appended before pause() lasts.
   */
  goOn(file: DiskFile | null): void {
    this.isPaused = false;
    this.isHurried = false;
    if (file !== null) {
      this.closeFile();
      this.file = file;
      this.start = this.boundary;
      this.size = this.queuedSize;
      this.isBroken = false;
      this.closedUs = NEVER;
      this.solved();
      this.syncedUpTo(this.group - 1);
      this.aged(this.openUs);
    }
    this.watchSize();
    this.cancelWrite();
    if (this.problem !== null) return this.plan(RETRY_MS);
    if (this.queuedSize > 0) this.plan(0);
    this.syncIfWanted();
  }

  /** Writes and syncs everything, while everything waits; not while paused. Throws DiskError. */
  finish(): void {
    const { file } = this;
    if (file === null) return;
    if (this.isBroken && this.problem !== null) throw this.problem;
    this.closeGroup();
    this.tryWrite(file, Number.POSITIVE_INFINITY);
    if (this.problem !== null) throw this.problem;
    const problem = this.syncNow(file);
    if (problem !== null) throw problem;
    this.syncedUpTo(this.group - 1);
    this.nextOldestUs = NEVER;
    this.aged(NEVER);
  }

  /** Nothing more is written. */
  close(): void {
    this.closeFile();
    this.cancelWrite();
    this.syncTimer?.cancel();
    this.syncTimer = null;
    this.start = 0;
    this.end = 0;
    this.boundary = 0;
    this.isPaused = false;
    this.isHurried = false;
    this.isBroken = false;
    this.openUs = NEVER;
    this.closedUs = NEVER;
    this.group++;
    this.syncedUpTo(this.group - 1);
    this.aged(NEVER);
    this.watchSize();
    this.solved();
  }

  /** The policy is another one, or the same. */
  setPolicy(policy: string): void {
    this.policy = policy;
    this.syncTimer?.cancel();
    this.syncTimer = null;
    this.watchAge();
    this.tell();
    this.syncIfWanted();
  }

  /** What was appended is to be written before what comes now. */
  private closeGroup(): void {
    if (this.boundary === this.end) return;
    this.checksums?.write(this.queue, this.boundary, this.end);
    this.boundary = this.end;
    this.closedUs = Math.min(this.closedUs, this.openUs);
    this.openUs = NEVER;
    this.group++;
  }

  private makeRoomForNote(): void {
    const { checksums } = this;
    if (checksums === null) return;
    this.end += checksums.noteSize;
    this.size += checksums.noteSize;
  }

  private groupBegins(): void {
    this.openUs = this.clock.monotonicUs();
    if (this.isSyncing && this.nextOldestUs === NEVER) this.nextOldestUs = this.openUs;
    if (this.oldestUs === NEVER) this.aged(this.openUs);
  }

  /** The oldest byte that does not last is another one. */
  private aged(oldestUs: number): void {
    this.oldestUs = oldestUs;
    this.watchAge();
  }

  private watchAge(): void {
    this.lateTimer?.cancel();
    this.lateTimer = null;
    const isWatched = this.policy === EVERY_SECOND && this.oldestUs !== NEVER;
    const ageMs = isWatched ? (this.clock.monotonicUs() - this.oldestUs) / 1000 : 0;
    const isLate = ageMs >= LATE_AGE_MS;
    if (isWatched && !isLate) {
      this.lateTimer = this.clock.schedule(Math.max(1, LATE_AGE_MS - ageMs), this.ageDue);
    }
    if (isLate === this.isLate) return;
    this.isLate = isLate;
    if (isLate) this.lateCount++;
    this.listener.delayed();
  }

  private watchSize(): void {
    const isFull = this.queuedSize > this.unwrittenSizeMax;
    if (isFull === this.isFull) return;
    this.isFull = isFull;
    this.listener.delayed();
  }

  /** What was appended is written when the round of the loop is over, or a little later. */
  private planGroup(): void {
    if (this.isGathering && this.queuedSize >= GROUP_SIZE) this.cancelWrite();
    this.plan(0);
  }

  /** Each write takes as long as tens of commands: where nobody waits, more is to come first. */
  private gatherMs(): number {
    const mayGather = this.policy !== ALWAYS && this.start === this.boundary;
    if (!mayGather || this.isGathering || this.queuedSize >= GROUP_SIZE) return 0;
    const ageUs = this.clock.monotonicUs() - this.openUs;
    return this.openUs - this.writtenUs < GROUP_US ? (GROUP_US - ageUs) / 1000 : 0;
  }

  private plan(delayMs: number): void {
    this.writeTimer ??= this.clock.schedule(delayMs, this.writeDue);
  }

  private cancelWrite(): void {
    this.writeTimer?.cancel();
    this.writeTimer = null;
    this.isGathering = false;
  }

  /** Writes for a while; the rest later. */
  private writeSlice(): void {
    const { file } = this;
    if (file === null || this.isBroken) return;
    const mayJoin = this.policy === ALWAYS && !this.isPaused;
    if (mayJoin && this.pace.joins(this.listener.heldCount, this.openUs)) return this.plan(0);
    if (this.start === this.boundary && !this.isPaused) this.closeGroup();
    this.tryWrite(file, this.clock.monotonicUs() + WRITE_US);
    if (this.problem !== null) return;
    this.syncIfWanted(true);
    if (this.start < (this.isPaused ? this.boundary : this.end)) this.plan(0);
  }

  /** Writes closed groups; `problem` says whether that failed. */
  private tryWrite(file: DiskFile, limitUs: number): void {
    if (this.start < this.boundary) this.listener.willWrite();
    const startUs = this.clock.monotonicUs();
    try {
      this.write(file, limitUs);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return this.failed(error, !PASSING.includes(error.code));
    }
    this.writtenUs = this.clock.monotonicUs();
    this.listener.wrote(this.writtenUs - startUs);
    this.solved();
    if (this.isFull) this.watchSize();
    if (this.start < this.boundary) return;
    this.writtenGroup = this.group - 1;
    this.closedUs = NEVER;
    this.tell();
    if (this.start < this.end) return;
    this.start = 0;
    this.end = 0;
    this.boundary = 0;
    if (this.queue.length > KEPT_SIZE_MAX) this.queue = new Uint8Array(FIRST_SIZE);
  }

  private write(file: DiskFile, limitUs: number): void {
    const end = this.boundary;
    while (this.start < end) {
      const pieceEnd = Math.min(end, this.start + PIECE_SIZE);
      this.start += file.write(this.queue, this.start, pieceEnd);
      if (this.start < end && this.clock.monotonicUs() > limitUs) return;
    }
  }

  /** Begins a sync where the policy asks for one. `isFree`: it is nobody's turn. */
  private syncIfWanted(isFree = false): void {
    const { file, policy } = this;
    if (file === null || this.isSyncing || this.isBroken) return;
    if (this.writtenGroup <= this.syncedGroup) {
      if (!this.isHurried || !this.isSettled || this.problem !== null) return;
      // Everything from before pause() is synced.
      this.isHurried = false;
      return this.listener.settled();
    }
    if (policy === ALWAYS && isFree && this.pace.isDiskQuick) return this.syncAtOnce(file);
    if (policy === ALWAYS && !this.isHurried && this.mustGather()) return;
    if (policy !== ALWAYS && !this.isHurried) {
      if (policy !== EVERY_SECOND) return;
      const ageMs = (this.clock.monotonicUs() - this.oldestUs) / 1000;
      if (ageMs < SYNC_AGE_MS && this.listener.heldCount === 0) {
        this.syncTimer ??= this.clock.schedule(SYNC_AGE_MS - ageMs, this.syncDue);
        return;
      }
    }
    this.sync(file);
  }

  private mustGather(): boolean {
    const leftMs = this.pace.gatherMs(this.listener.heldCount);
    if (leftMs <= 0) return false;
    this.syncTimer ??= this.clock.schedule(Math.ceil(leftMs), this.syncDue);
    return true;
  }

  /** Waits for the disk: to have another thread do that takes as long as a quick disk. */
  private syncAtOnce(file: DiskFile): void {
    const startUs = this.clock.monotonicUs();
    const target = this.writtenGroup;
    if (this.syncNow(file) !== null) return;
    const durationUs = this.clock.monotonicUs() - startUs;
    this.pace.learn(durationUs);
    this.aged(Math.min(this.closedUs, this.openUs));
    this.syncedUpTo(target);
    this.listener.synced(durationUs);
    if (this.isHurried) this.syncIfWanted();
  }

  /** Syncs while everything waits. Why that failed, or null. */
  private syncNow(file: DiskFile): DiskError | null {
    try {
      file.syncNow();
      return null;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.failed(error, true);
      return error;
    }
  }

  private sync(file: DiskFile): void {
    this.syncTimer?.cancel();
    this.syncTimer = null;
    this.isSyncing = true;
    this.syncedFile = file;
    this.syncStartUs = this.clock.monotonicUs();
    this.nextOldestUs = Math.min(this.closedUs, this.openUs);
    this.syncTarget = this.writtenGroup;
    file.sync((problem) => this.synced(file, problem));
  }

  private synced(file: DiskFile, problem: DiskError | null): void {
    this.isSyncing = false;
    if (file !== this.file) {
      // Of a file that another one has replaced nothing is wanted any more.
      closeQuietly(file);
      return this.syncIfWanted();
    }
    if (problem !== null) return this.failed(problem, true);
    const durationUs = this.clock.monotonicUs() - this.syncStartUs;
    this.pace.learn(durationUs);
    this.pace.released(this.listener.heldCount);
    this.aged(this.nextOldestUs);
    this.syncedUpTo(this.syncTarget);
    this.listener.synced(durationUs);
    this.syncIfWanted();
  }

  private syncedUpTo(group: number): void {
    this.syncedGroup = Math.max(this.syncedGroup, group);
    this.writtenGroup = Math.max(this.writtenGroup, group);
    this.tell();
  }

  private tell(): void {
    const formerGroup = this.lastingGroup;
    this.lastingGroup = this.policy === 'no' ? this.writtenGroup : this.syncedGroup;
    if (this.lastingGroup > formerGroup) this.listener.lasting();
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

  private reserve(more: number): void {
    const { queue } = this;
    if (this.end + more <= queue.length) return;
    const used = this.end - this.start;
    const isRoomy = used + more <= queue.length / 2;
    const size = Math.max(FIRST_SIZE, queue.length * 2, used + more);
    const target = isRoomy ? queue : new Uint8Array(size);
    target.set(queue.subarray(this.start, this.end));
    this.boundary -= this.start;
    this.queue = target;
    this.start = 0;
    this.end = used;
  }
}
