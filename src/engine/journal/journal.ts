// The journal, or append-only file: what becomes of the effects of commands. They are written in
// groups and synced as appendfsync says (writer.ts); who wrote, and who saw what others wrote, is
// answered when it lasts, if the policy promises that (held-replies.ts). Now and then all data is
// written anew, so that the files do not grow for ever (rewrite.ts).
//
// While something cannot be written or synced, writes are refused. Connections that wait are closed
// then: nobody knows whether what they wrote will last, and an error would make them send it again.
//
// Invariant: while the journal is ON its increment is the last one that the manifest lists; while
// it is STARTING no file counts yet, and nothing is promised.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { ZERO } from '../../domain/doubles.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { Command, CommandJournal } from '../command.ts';
import { APPEND, DiskError, writeAll } from '../disk.ts';
import type { EffectSink, Effects } from '../effects.ts';
import { FLUSHED } from '../persistence/snapshot-file.ts';
import type { Clock, Host, Log, Timer } from '../ports.ts';
import type { Pushes } from '../pushes.ts';
import type { Request } from '../request.ts';
import type { Session } from '../session.ts';
import type { Settings } from '../settings/settings.ts';
import type { LatencyMonitor } from '../stats/latency.ts';
import { type JournalDirectory, journalDirectory, makeFile } from './directory.ts';
import type { GroupListener } from './group-listener.ts';
import { HeldReplies } from './held-replies.ts';
import { REWRITES_OFF, REWRITES_ON, Rewrite, SWITCHES_ON } from './rewrite.ts';
import { RewriteBackoff } from './rewrite-backoff.ts';
import {
  claimDirectory,
  headerOf,
  type JournalStore,
  mayFollow,
  readQuietly,
  timeNote,
} from './store.ts';
import { ALWAYS, JournalWriter } from './writer.ts';

const OFF = 0;
/** A rewrite makes its first files. */
const STARTING = 1;
const ON = 2;

/** How soon a rewrite is tried again that the journal cannot do without. */
const RETRY_MS = 1000;

/** What of the server is needed here. */
export interface JournalParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly host: Pick<Host, 'sleep'>;
  readonly keyspace: Keyspace;
  readonly effects: Effects;
  readonly pushes: Pushes;
  readonly settings: Settings;
  readonly latency: LatencyMonitor;
  readonly live: { readonly latencyMs: number };
  /** Effects are wanted from here on, or no longer. */
  journalTo(sink: EffectSink | null): void;
  /** Writes are refused with this error line; with '' no longer. */
  refuseWrites(line: string): void;
}

export class Journal implements EffectSink, CommandJournal, GroupListener {
  holdsReplies = false;
  /** For tests, which want it to take long: so much passes before each write. */
  writeDelayUs = 0;
  readonly writer: JournalWriter;
  private readonly held: HeldReplies;
  private readonly parts: JournalParts;
  private store: JournalStore | null = null;
  private directory: JournalDirectory | null = null;
  private state = OFF;
  private stampsTime = false;
  /** The second that was stamped last. */
  private stampedSecond = ZERO;
  private rewrite: Rewrite | null = null;
  private retry: Timer | null = null;
  /** Asked for, and begun at the next moment between two turns. */
  private planned: Timer | null = null;
  /** The lock of its directory is on its way. */
  private isClaiming = false;
  isScheduled = false;
  /** Sizes of all files, but the bytes of the present increment: writer.size. */
  private otherSize = ZERO;
  baseSize = ZERO;
  private rewriteStartUs = ZERO;
  lastRewriteSeconds = -1;
  lastRewriteFailed = false;
  rewritesCount = 0;
  private readonly backoff: RewriteBackoff;

  constructor(parts: JournalParts) {
    this.parts = parts;
    this.writer = new JournalWriter(parts.clock, this);
    this.held = new HeldReplies(this.writer, parts.keyspace, parts.clock, parts.pushes);
    this.backoff = new RewriteBackoff(parts.clock, parts.log);
    this.applySettings();
    parts.settings.onChange(['appendfsync', 'aof-timestamp-enabled'], () => this.applySettings());
  }

  get isOn(): boolean {
    return this.state !== OFF;
  }

  /** Is it switched on, without files that count? */
  get isStarting(): boolean {
    return this.state === STARTING;
  }

  get isRewriting(): boolean {
    return this.rewrite !== null || this.planned !== null || this.isClaiming;
  }

  get hasFailed(): boolean {
    return this.writer.problem !== null;
  }

  get failuresInRow(): number {
    return this.backoff.failuresInRow;
  }

  get heldCount(): number {
    return this.held.count;
  }

  /** Since when the rewrite runs, in seconds; -1: none does. */
  get rewriteSeconds(): number {
    return this.rewrite === null ? -1 : this.secondsSinceStart;
  }

  private get secondsSinceStart(): number {
    return Math.floor((this.parts.clock.monotonicUs() - this.rewriteStartUs) / 1e6);
  }

  /** Bytes of all files that a start would read. */
  get size(): number {
    return this.otherSize + this.writer.size;
  }

  /** What it is made with: said before anything else. */
  use(store: JournalStore): void {
    this.store = store;
    this.writer.checksums = store.checksums;
    this.parts.settings.onChange('appendonly', (settings) => {
      if (settings.flag('appendonly')) this.switchOn();
      else this.switchOff();
    });
    this.parts.settings.onChange('aof-disable-auto-gc', () => this.removeHistory());
  }

  /**
   * Begins to append to what the manifest of a directory lists, which has been loaded. Throws
   * DiskError.
   */
  open(directory: JournalDirectory): void {
    const { store } = this;
    if (store === null) throw new Error('use() comes first');
    const { disk } = store;
    const { manifest } = directory;
    this.directory = directory;
    let last = manifest.increments.at(-1);
    if (last === undefined || !mayFollow(store, directory.pathOf(last.name))) {
      last = directory.nextIncrement();
      makeFile(disk, directory.pathOf(last.name), headerOf(store));
      disk.syncDirectory(directory.path);
      directory.write({ ...manifest, increments: [...manifest.increments, last] });
    }
    const file = disk.open(directory.pathOf(last.name), APPEND);
    const size = file.size();
    const head = headerOf(store);
    if (size === 0) writeAll(file, head, 0, head.length);
    this.measure();
    this.writer.open(file, Math.max(size, head.length));
    this.baseSize = this.size;
    this.state = ON;
    this.parts.log.write('notice', `Opening AOF incr file ${last.name} on server start`);
    this.parts.journalTo(this);
    this.applySettings();
    this.removeHistory();
  }

  /** CONFIG SET appendonly yes: what is made counts when a rewrite has succeeded. */
  switchOn(): void {
    if (this.state !== OFF) return;
    this.state = STARTING;
    this.planRewrite();
  }

  /** CONFIG SET appendonly no. */
  switchOff(): void {
    const { parts, writer } = this;
    if (this.state === OFF) return;
    parts.effects.deliver();
    this.cancelRewrite();
    parts.journalTo(null);
    try {
      if (this.state === ON) writer.finish();
    } catch (error) {
      this.say(`Fail to fsync the AOF file: ${wordsOf(error)}`);
    }
    this.state = OFF;
    writer.close();
    // Nor that one which a failure has planned.
    this.cancelRewrite();
    this.applySettings();
  }

  /** The server ends: everything is written and synced. Returns why it is not, or ''. */
  end(): string {
    if (this.isStarting) return "Writing initial AOF, can't exit.";
    if (this.state === ON) {
      this.parts.effects.deliver();
      // What will put it right goes on.
      if (!this.writer.isBroken) this.beginAnew();
      try {
        this.writer.finish();
      } catch (error) {
        return `Error trying to write the AOF: ${wordsOf(error)}`;
      }
      this.writer.close();
      this.state = OFF;
    }
    this.cancelRewrite();
    return '';
  }

  write(bytes: Uint8Array, size: number): void {
    if (size > 0) {
      const lines = this.store?.lines ?? null;
      if (this.stampsTime) this.stamp(lines !== null);
      if (lines === null) this.writer.append(bytes, size);
      else {
        lines.write(bytes, size);
        this.writer.append(lines.bytes, lines.size);
      }
    }
    this.held.holdNoticed();
  }

  notice(session: Session, command: Command, request: Request, changed: boolean): void {
    this.held.notice(session, command, request, changed);
    this.parts.effects.isDue = true;
  }

  lasting(): void {
    this.held.release();
  }

  willWrite(): void {
    if (this.writeDelayUs > 0) this.parts.host.sleep(this.writeDelayUs);
  }

  wrote(us: number): void {
    const isReadPast = this.parts.keyspace.arena.past !== null;
    this.took('aof-write', us);
    if (this.writer.isSyncing) this.took('aof-write-pending-fsync', us);
    else this.took(isReadPast ? 'aof-write-active-child' : 'aof-write-alone', us);
  }

  synced(us: number): void {
    if (this.writer.policy === ALWAYS) this.took('aof-fsync-always', us);
    this.held.giveTurns();
  }

  settled(): void {
    this.rewrite?.goOn();
    this.measure();
  }

  delayed(): void {
    const { writer, held } = this;
    const isOn = this.state === ON;
    held.readsWait = isOn && writer.policy === ALWAYS;
    this.parts.pushes.holder = held.readsWait ? held : null;
    this.holdsReplies = held.readsWait || writer.isFull || (isOn && writer.isLate);
  }

  refuses(command: Command, request: Request): boolean {
    return this.hasFailed && this.held.tellsOfUnsure(command, request);
  }

  trouble(problem: DiskError | null): void {
    const { log, refuseWrites } = this.parts;
    if (problem === null) {
      refuseWrites.call(this.parts, '');
      log.write('notice', 'The AOF file can be written again: writes are accepted.');
      return;
    }
    if (this.state !== ON) return this.cancelStarting(problem);
    const act = this.writer.isBroken ? 'syncing' : 'writing';
    this.say(`Error ${act} the AOF file: ${problem.message}`);
    refuseWrites.call(this.parts, `MISCONF Errors writing to the AOF file: ${problem.message}`);
    this.held.closeAll();
    if (!this.writer.isBroken) return;
    if (this.rewrite === null) this.planRewrite();
    else this.rewrite.goOn();
  }

  /** All that was said is written, and then read back. */
  reload(empty: () => void): string {
    const { store, parts } = this;
    if (store === null) return 'there is no disk';
    parts.effects.deliver();
    this.beginAnew();
    try {
      if (this.state === ON) this.writer.finish();
    } catch (error) {
      return wordsOf(error);
    }
    parts.journalTo(null);
    empty();
    const problem = store.reload();
    parts.keyspace.dirty = 0;
    if (this.state === ON) parts.journalTo(this);
    return problem;
  }

  /** A rewrite begins when the running turn is over. */
  planRewrite(): void {
    this.isScheduled = true;
    this.planned ??= this.parts.clock.schedule(0, () => {
      this.planned = null;
      if (this.store !== null) this.findDirectory(this.store);
    });
  }

  /** At each tick: is it time for a rewrite? */
  tick(): void {
    const { settings } = this.parts;
    if (this.isScheduled && this.rewrite === null) return this.planRewrite();
    if (this.state !== ON || this.rewrite !== null || this.writer.isBroken) return;
    const percentage = settings.integer('auto-aof-rewrite-percentage');
    if (percentage === 0 || this.size <= settings.integer('auto-aof-rewrite-min-size')) return;
    const growth = Math.floor((this.size * 100) / Math.max(1, this.baseSize)) - 100;
    if (growth < percentage || this.backoff.mustWait()) return;
    this.parts.log.write('notice', `Starting automatic rewriting of AOF on ${growth}% growth`);
    this.planRewrite();
  }

  /** Files that nobody needs go, but for aof-disable-auto-gc. */
  private removeHistory(): void {
    const { directory, parts } = this;
    if (directory === null || parts.settings.flag('aof-disable-auto-gc')) return;
    try {
      if (directory.isInDoubt) directory.settle();
      for (const { name } of directory.removeHistory()) {
        parts.log.write('notice', `Removing the history file ${name} in the background`);
      }
    } catch (error) {
      this.say(`Fail to remove history files of the AOF: ${wordsOf(error)}`);
    }
  }

  /**
   * The directory of a rewrite: while the journal is off, as the settings name it now, if nobody
   * else uses it. What is in it is read when it is locked.
   */
  private findDirectory(store: JournalStore): void {
    const { directory } = this;
    if (this.state === ON && directory !== null) return this.beginRewrite(store, directory);
    if (this.isClaiming) return;
    this.isClaiming = true;
    const named = journalDirectory(this.parts.settings, store.disk);
    claimDirectory(store, named, (problem) => {
      this.isClaiming = false;
      this.beginRewrite(store, named, problem);
    });
  }

  private beginRewrite(store: JournalStore, directory: JournalDirectory, problem = ''): void {
    if (!this.isScheduled || this.rewrite !== null) return;
    // A save reads the past: the next tick tries again.
    if (this.parts.keyspace.arena.past !== null) return;
    const { isStarting } = this;
    const mode = isStarting ? SWITCHES_ON : this.state === ON ? REWRITES_ON : REWRITES_OFF;
    this.isScheduled = false;
    this.rewriteStartUs = this.parts.clock.monotonicUs();
    const refusal = problem !== '' || mode === REWRITES_ON ? problem : readQuietly(directory);
    if (refusal !== '') return this.rewriteDone(new DiskError('', refusal), mode);
    this.directory = directory;
    const rewrite = new Rewrite({
      ...store,
      directory,
      writer: this.writer,
      head: headerOf(store),
      isSnapshot: this.parts.settings.flag('aof-use-rdb-preamble'),
      mode,
      done: (problem) => this.rewriteDone(problem, mode),
    });
    this.rewrite = rewrite;
    this.parts.log.write('notice', 'Background append only file rewriting started');
    // What comes from here on belongs to the new file.
    this.parts.effects.deliver();
    this.parts.effects.selectAnew();
    this.stampedSecond = 0;
    if (isStarting) this.parts.journalTo(this);
    rewrite.begin();
    this.measure();
  }

  private rewriteDone(problem: DiskError | null, mode: number): void {
    const { log } = this.parts;
    this.rewrite = null;
    this.lastRewriteSeconds = this.secondsSinceStart;
    this.lastRewriteFailed = problem !== null;
    this.measure();
    if (problem !== null) {
      this.backoff.failed();
      this.say(`Background AOF rewrite failed: ${problem.message}`);
      if (mode === SWITCHES_ON) this.stopStarting();
      if (mode === SWITCHES_ON || this.writer.isBroken) this.retryLater();
      else if (problem.code === FLUSHED) this.planRewrite();
      return;
    }
    this.rewritesCount++;
    this.backoff.succeeded();
    if (mode === SWITCHES_ON) this.state = ON;
    this.baseSize = this.size;
    log.write('notice', 'Background AOF rewrite finished successfully');
    this.applySettings();
    this.removeHistory();
    // A sync of the new increment may have failed meanwhile.
    if (this.writer.isBroken) this.planRewrite();
  }

  /** A rewrite that is wanted is given up, and begins anew when the running turn is over. */
  private beginAnew(): void {
    const isWanted = this.rewrite !== null || this.retry !== null || this.isScheduled;
    this.cancelRewrite();
    if (isWanted) this.planRewrite();
  }

  private cancelRewrite(): void {
    this.planned?.cancel();
    this.planned = null;
    this.retry?.cancel();
    this.retry = null;
    this.isScheduled = false;
    this.rewrite?.cancel();
    this.rewrite = null;
  }

  /** The files that were to be the first ones cannot be written. */
  private cancelStarting(problem: DiskError): void {
    this.rewrite?.cancel();
    this.rewriteDone(problem, SWITCHES_ON);
  }

  private stopStarting(): void {
    this.parts.log.write('notice', 'Removing the temp incr aof file');
    this.parts.journalTo(null);
  }

  private retryLater(): void {
    this.retry?.cancel();
    this.retry = this.parts.clock.schedule(RETRY_MS, () => {
      this.retry = null;
      if (this.rewrite === null) this.planRewrite();
    });
  }

  private applySettings(): void {
    const { settings } = this.parts;
    this.stampsTime = settings.flag('aof-timestamp-enabled');
    this.writer.setPolicy(settings.text('appendfsync'));
    this.delayed();
  }

  /** The size of all files that are listed, but of the one that is appended to. */
  private measure(): void {
    if (this.directory !== null) this.otherSize = this.directory.settledSize;
  }

  /** `#TS:<seconds>`, once a second, before the first unit of it. */
  private stamp(isText: boolean): void {
    const second = Math.floor(this.parts.keyspace.nowMs / 1000);
    if (second === this.stampedSecond) return;
    this.stampedSecond = second;
    const line = latin1Bytes(timeNote(second, isText));
    this.writer.append(line, line.length);
  }

  private took(event: string, us: number): void {
    const { latency, live, keyspace } = this.parts;
    latency.addIfSlow(event, us, live.latencyMs, keyspace.nowMs);
  }

  private say(text: string): void {
    this.parts.log.write('warning', text);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof DiskError) return error.message;
  throw error;
}
