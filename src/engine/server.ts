// The server: all state of one instance, and the beginnings and ends of its life's events. Wired
// in main/; commands reach everything from here.
import type { HashKey } from '../domain/bytes/hash.ts';
import { ZERO } from '../domain/doubles.ts';
import { PROTECTED_MODE, SAVES_FAIL } from '../domain/errors.ts';
import { Keyspace } from '../domain/keyspace/keyspace.ts';
import type { ArenaOptions } from '../domain/memory/arena.ts';
import { Alarm } from './alarm.ts';
import { Blocking } from './blocking.ts';
import { ClientEviction } from './client-eviction.ts';
import { ClientMemory } from './client-memory.ts';
import type { Command, CommandDeclaration, ServerView } from './command.ts';
import { Cron } from './cron.ts';
import type { Disk } from './disk.ts';
import type { DumpCodec } from './dump-codec.ts';
import { type EffectSink, Effects } from './effects.ts';
import { Eviction, FULL, GOES_ON } from './eviction.ts';
import type { Faults } from './faults.ts';
import { HandlerContext } from './handler-context.ts';
import { Interlude, type OpenReader } from './interlude.ts';
import { Journal } from './journal/journal.ts';
import {
  FOR_EFFECTS,
  FOR_NOTIFICATIONS,
  FOR_TRACKING,
  FOR_WAITERS,
  FOR_WATCHES,
  KeyListeners,
} from './key-listeners.ts';
import { LfuCounter } from './lfu.ts';
import { LiveSettings, raiseWatchdogPeriod, warnOfMemory } from './live-settings.ts';
import { Lookahead } from './lookahead.ts';
import {
  NEEDS_DISK,
  NEEDS_LEAVE,
  NEEDS_LOADED_DATA,
  NEEDS_MEMORY,
  NEEDS_NO_JOURNAL,
  NEEDS_NO_MONITORS,
  NEEDS_NO_PAUSE,
  NEEDS_NO_WAITERS,
  NEEDS_NO_WRITE_PAUSE,
  NEEDS_REPLICAS,
} from './needs.ts';
import { NO_ORIGIN, NO_OUTPUT } from './nobody.ts';
import { Notifications } from './notifications.ts';
import { BackgroundSave } from './persistence/background-save.ts';
import { Persistence } from './persistence/persistence.ts';
import type { RdbFormat } from './persistence/rdb-format.ts';
import { ScheduledEnd } from './persistence/shut-down.ts';
import type { Clock, ConfigRewriter, Host, Log, Output, Random } from './ports.ts';
import { PubSub } from './pubsub/pubsub.ts';
import { Pushes } from './pushes.ts';
import { randomHexadecimal } from './random-hexadecimal.ts';
import { Reply } from './reply.ts';
import type { ScriptLanguageMaker } from './scripting/language.ts';
import { Scripting } from './scripting/scripting.ts';
import { Session, type SessionOrigin } from './session.ts';
import type { Settings } from './settings/settings.ts';
import { commandsOf } from './shared-commands.ts';
import { Statistics } from './statistics.ts';
import { Costs } from './stats/costs.ts';
import { LatencyMonitor } from './stats/latency.ts';
import { SlowCalls } from './stats/slow-calls.ts';
import { SlowLog } from './stats/slowlog.ts';
import type { CommandTable } from './table.ts';
import { Tracking } from './tracking/tracking.ts';
import { sampleNow, Turn } from './turn.ts';
import { discardTransaction, Watches } from './watches.ts';

export interface ServerOptions {
  clock: Clock;
  random: Random;
  log: Log;
  host: Host;
  settings: Settings;
  commands: readonly CommandDeclaration[];
  /** Makes what knows the format of DUMP. */
  dumpCodec: (keyspace: Keyspace, live: LiveSettings) => DumpCodec;
  disk: Disk;
  /** Makes what knows the format of RDB files. */
  rdbFormat: (keyspace: Keyspace, live: LiveSettings) => RdbFormat;
  /** Makes what runs scripts, when one comes. */
  scripts: ScriptLanguageMaker;
  /** For those who are connected while a script runs long; without it they wait. */
  readOpen?: OpenReader;
  /** Redstart's own version. */
  version: string;
  /** For CONFIG REWRITE, which without it answers as if there were no configuration file. */
  rewriteConfig?: ConfigRewriter;
  /** Another one than it would draw: for tests. */
  hashKey?: HashKey;
  /** Bounds of the memory for data, and whether its misuse is caught: for tests. */
  memory?: ArenaOptions;
}

/** What CLIENT PAUSE postpones. */
const PAUSE_NONE = 0;
export const PAUSE_WRITES = 1;
export const PAUSE_ALL = 2;

export class Server implements ServerView {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly host: Host;
  readonly settings: Settings;
  readonly live: LiveSettings;
  readonly version: string;
  /** 40 hexadecimal digits that no other start has. */
  readonly runId: string;
  /** Names the history of the dataset: 40 hexadecimal digits. */
  replicationId: string;
  readonly rewriteConfig: ConfigRewriter | null;
  /** When it began, in the time that elapses. */
  private readonly startUs: number;
  /** What the access clock is ahead of it: the wall clock at the beginning. */
  accessAheadUs: number;
  readonly keyspace: Keyspace;
  readonly commands: CommandTable<Command>;
  readonly sessions = new Map<number, Session>();
  readonly monitors = new Set<Session>();
  /** Those of whom CLIENT PAUSE postponed a request, in order. */
  readonly postponed = new Set<Session>();
  private readonly clientMemory = new ClientMemory(() => this.alarm.wakeIn(0));
  readonly clientEviction: ClientEviction;
  readonly tracking: Tracking;
  readonly statistics = new Statistics();
  readonly slowlog: SlowLog;
  readonly latency = new LatencyMonitor();
  readonly lfu: LfuCounter;
  readonly eviction: Eviction;
  reply = new Reply();
  readonly lookahead: Lookahead;
  readonly alarm: Alarm;
  readonly pushes: Pushes;
  readonly pubsub: PubSub;
  readonly effects = new Effects();
  readonly watches: Watches;
  readonly notifications: Notifications;
  readonly keyListeners: KeyListeners;
  readonly slowCalls: SlowCalls;
  /** What commands cost. */
  readonly costs: Costs;
  readonly turn: Turn;
  readonly cron: Cron;
  readonly context: HandlerContext;
  readonly blocking: Blocking;
  readonly journal: Journal;
  readonly disk: Disk;
  readonly rdbFormat: RdbFormat;
  readonly persistence: Persistence;
  readonly backgroundSave: BackgroundSave;
  readonly scheduledEnd = new ScheduledEnd();
  readonly scripting: Scripting;
  readonly interlude: Interlude;
  /** Of a server under test, once it has had a rule. */
  faults: Faults | null = null;
  /** NEEDS_* bits that nobody may have now. */
  denied = NEEDS_LEAVE;
  pauseMode = PAUSE_NONE;
  /** When the pause ends by itself, in the time that elapses; 0 without one. */
  pauseEndUs = ZERO;
  /** What an empty server uses: INFO's used_memory_startup. */
  readonly startupMemorySize: number;
  isActiveExpireOn = true;
  isCronPaused = false;
  isLoadingJournal = false;
  /** Called by SHUTDOWN and signals, once the server has said good-bye. */
  onShutdown: (exitCode: number) => void = () => {};
  /** Why NEEDS_DISK is denied, by what has failed; '' where nothing has. */
  private readonly diskProblems = ['', ''];
  private nextSessionId = 1;

  constructor(options: ServerOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.log = options.log;
    this.host = options.host;
    this.settings = options.settings;
    this.version = options.version;
    this.live = new LiveSettings(options.settings);
    this.startUs = this.clock.elapsedUs();
    this.accessAheadUs = this.clock.nowMs() * 1000 - this.startUs;
    this.runId = randomHexadecimal(options.random, 40);
    this.replicationId = randomHexadecimal(options.random, 40);
    this.rewriteConfig = options.rewriteConfig ?? null;
    const drawn = { k0: options.random.next() | 0, k1: options.random.next() | 0 };
    const hashKey = options.hashKey ?? drawn;
    const poison = options.memory?.poison === true;
    this.keyspace = new Keyspace({
      databases: options.settings.integer('databases'),
      hashKey,
      ...options.memory,
    });
    this.pushes = new Pushes(this);
    this.tracking = new Tracking({
      sessions: this.sessions,
      pushes: this.pushes,
      random: options.random,
      hashKey,
      isSubscriber: (session) => session.subscriptions !== null,
      onWanted: (isOn) => this.keyListeners.want(FOR_TRACKING, isOn),
      poison,
    });
    this.pubsub = new PubSub(this.pushes, hashKey);
    this.commands = commandsOf(options.commands);
    this.lookahead = new Lookahead(this.commands, this.keyspace);
    this.slowlog = new SlowLog(this.live.slowlogEntriesMax);
    this.lfu = new LfuCounter(this.random, this.live);
    this.eviction = new Eviction(this);
    this.clientEviction = new ClientEviction(this, this.clientMemory);
    this.keyspace.frequencyAfterAccess = (access) =>
      this.lfu.afterAccess(access, this.keyspace.records.accessNow);
    this.keyListeners = new KeyListeners(this);
    this.watches = new Watches(this.keyspace, (isOn) => this.keyListeners.want(FOR_WATCHES, isOn));
    this.notifications = new Notifications(this.pubsub);
    this.slowCalls = new SlowCalls(this);
    this.costs = new Costs(this);
    this.alarm = new Alarm(this.clock, () => this.cron.run());
    this.turn = new Turn(this);
    this.cron = new Cron(this);
    this.blocking = new Blocking(this);
    this.journal = new Journal(this);
    this.context = new HandlerContext({
      server: this,
      blocking: this.blocking,
      keyspace: this.keyspace,
      limits: this.live.collections,
      dumps: options.dumpCodec(this.keyspace, this.live),
      effects: this.effects,
      session: this.makeOwnSession(),
    });
    this.interlude = new Interlude(this, options.readOpen ?? (() => false));
    this.scripting = new Scripting(this, options.scripts);
    this.disk = options.disk;
    this.rdbFormat = options.rdbFormat(this.keyspace, this.live);
    this.persistence = new Persistence(this);
    this.backgroundSave = new BackgroundSave(this);
    this.applyLiveSettings();
    this.live.follow(options.settings, () => this.applyLiveSettings());
    options.settings.onChange('watchdog-period', raiseWatchdogPeriod);
    options.settings.onChange('maxmemory', () => warnOfMemory(this));
    const follow = (): void => this.onSaved(this.persistence.hasFailed);
    options.settings.onChange(['save', 'stop-writes-on-bgsave-error'], follow);
    this.startupMemorySize = this.usedMemory;
  }

  /** Bytes of data, tables, buffers and subscriptions: INFO's used_memory. */
  get usedMemory(): number {
    const { keyspace, reply, pubsub, tracking, scripting } = this;
    const ownSize = keyspace.usedSize + reply.roomSize + pubsub.usedSize + tracking.usedSize;
    return ownSize + scripting.scriptsSize + scripting.functions.size + this.clientsSize;
  }

  /** The code of libraries of functions. */
  get libraries(): readonly Uint8Array[] {
    return this.scripting.functions.codes();
  }

  get lastSessionId(): number {
    return this.nextSessionId - 1;
  }

  /** Bytes of the buffers of all connections, and of what they queue and watch. */
  get clientsSize(): number {
    const { running, waitingSize } = this.pushes;
    return this.clientMemory.size + waitingSize + (running?.uncountedSize ?? 0);
  }

  /** Lets a new connection in, or says in an error line why not. */
  connect(origin: SessionOrigin, output: Output): Session | string {
    if (this.sessions.size >= this.live.maxclients) {
      this.statistics.connectionsRejected++;
      return 'ERR max number of clients reached';
    }
    if (!origin.isLocal && this.isProtected()) {
      this.statistics.connectionsRejected++;
      return PROTECTED_MODE;
    }
    // Who is refused was not received, as in Redis.
    this.statistics.connectionsReceived++;
    const id = this.nextSessionId++;
    const nowUs = this.clock.elapsedUs();
    const session = new Session(id, origin, output, nowUs, this.clientMemory);
    session.isAuthenticated = !this.requiresPassword;
    this.sessions.set(session.id, session);
    return session;
  }

  get uptimeSeconds(): number {
    return Math.floor((this.clock.elapsedUs() - this.startUs) / 1e6);
  }

  /** Are keys deleted at their deadlines? */
  get expiresActively(): boolean {
    if (this.persistence.isLoading) return false;
    return this.isActiveExpireOn && !this.keyspace.keepsExpired;
  }

  /** Why NEEDS_DISK is denied, as an error line: as in Redis, snapshots come first. */
  get diskProblem(): string {
    return this.diskProblems.find((line) => line !== '') ?? '';
  }

  /** Is the checksum of RDB files looked at? As that of payloads. */
  get checksChecksum(): boolean {
    return this.context.dumps.checksChecksum;
  }

  /** Must connections authenticate? While not, those that never did may do everything, too. */
  get requiresPassword(): boolean {
    return this.settings.text('requirepass') !== '';
  }

  disconnect(session: Session): void {
    this.sessions.delete(session.id);
    this.blocking.disconnected(session);
    this.postponed.delete(session);
    session.forgetBuffers();
    this.pushes.forget(session);
    this.tracking.disconnected(session);
    this.stopMonitoring(session);
    this.unsubscribeAll(session);
    discardTransaction(this, session);
  }

  /** From here on what commands do is written to `sink`; to nobody with null. */
  journalTo(sink: EffectSink | null): void {
    this.effects.attach(sink);
    this.keyListeners.want(FOR_EFFECTS, sink !== null);
    if (sink === null) this.denied &= ~NEEDS_NO_JOURNAL;
    else this.denied |= NEEDS_NO_JOURNAL;
  }

  /** Writes are refused with this error line, since one of OF_* has failed; with '' no longer. */
  refuseWrites(line: string, failed = OF_JOURNAL): void {
    this.diskProblems[failed] = line;
    if (this.diskProblem === '') this.denied &= ~NEEDS_DISK;
    else this.denied |= NEEDS_DISK;
  }

  /** The last save went well, or not: then writes are refused, where the settings say so. */
  onSaved(hasFailed: boolean): void {
    const { settings } = this;
    const isAsked = settings.flag('stop-writes-on-bgsave-error') && settings.text('save') !== '';
    this.refuseWrites(hasFailed && isAsked ? SAVES_FAIL : '', OF_SNAPSHOTS);
  }

  /** While data is being loaded it is nobody's, nothing expires, and nothing is evicted. */
  onLoading(isLoading: boolean): void {
    if (isLoading) {
      this.denied |= NEEDS_LOADED_DATA;
    } else {
      this.denied &= ~NEEDS_LOADED_DATA;
      this.alarm.wakeIn(0);
    }
  }

  /** A session without a connection, for commands that come from no client. */
  makeOwnSession(): Session {
    const nowUs = this.clock.elapsedUs();
    return new Session(0, NO_ORIGIN, NO_OUTPUT, nowUs, this.clientMemory);
  }

  /** Somebody waits for keys from here on, or nobody any more: see blocking.ts. */
  onKeysAwaited(isWanted: boolean): void {
    this.keyListeners.want(FOR_WAITERS, isWanted);
    if (isWanted) this.denied |= NEEDS_NO_WAITERS;
    else this.denied &= ~NEEDS_NO_WAITERS;
  }

  startMonitoring(session: Session): void {
    session.isMonitor = true;
    this.monitors.add(session);
    this.denied |= NEEDS_NO_MONITORS;
  }

  stopMonitoring(session: Session): void {
    session.isMonitor = false;
    this.monitors.delete(session);
    if (this.monitors.size === 0) this.denied &= ~NEEDS_NO_MONITORS;
  }

  /** Ends all subscriptions of a session; the cron finishes what takes long. */
  unsubscribeAll(session: Session): void {
    if (this.pubsub.leave(session)) this.alarm.wakeIn(0);
  }

  /**
   * Postpones all requests, or those that write, for so long; never shortens or weakens a pause.
   */
  pause(mode: number, durationMs: number): void {
    const nowUs = this.clock.elapsedUs();
    if (mode > this.pauseMode) this.pauseMode = mode;
    this.pauseEndUs = Math.max(this.pauseEndUs, nowUs + durationMs * 1000);
    if (this.pauseEndUs <= nowUs) return this.unpause();
    this.keyspace.keepsExpired = true;
    this.denied |= this.pauseMode === PAUSE_ALL ? NEEDS_NO_PAUSE : NEEDS_NO_WRITE_PAUSE;
    this.alarm.wakeIn((this.pauseEndUs - nowUs) / 1000);
  }

  unpause(): void {
    if (this.pauseMode === PAUSE_NONE) return;
    this.pauseMode = PAUSE_NONE;
    this.pauseEndUs = 0;
    this.denied &= ~(NEEDS_NO_PAUSE | NEEDS_NO_WRITE_PAUSE);
    this.keyspace.keepsExpired = false;
    this.blocking.resume();
    this.alarm.wakeIn(0);
  }

  /** CLIENT PAUSE postpones the request of a session. */
  postpone(session: Session): void {
    session.isPostponed = true;
    this.postponed.add(session);
  }

  /**
   * Lets the first request go on that a pause postponed which is over. It has a turn: this is never
   * called within one. Are there more?
   */
  resumePostponed(): boolean {
    if (this.pauseMode !== PAUSE_NONE) return false;
    for (const session of this.postponed) {
      this.postponed.delete(session);
      session.isPostponed = false;
      session.output.resume();
      return this.postponed.size > 0;
    }
    return false;
  }

  /**
   * Evicts keys while maxmemory is passed, and denies memory to commands that need it while that is
   * not enough or the arena has little room left. Called before every few requests where there is a
   * maxmemory, and at each tick of the cron; never in the midst of a command.
   */
  checkMemory(): void {
    if (this.persistence.isLoading || this.interlude.isOpen) return;
    const room = this.eviction.makeRoom();
    if (room === GOES_ON) this.alarm.wakeIn(0);
    // Who asks is told that a key which it knows is gone before it is answered.
    if (this.pushes.ownCount !== 0) this.pushes.writeOwn(this.reply);
    if (room === FULL || this.keyspace.arena.isNearlyFull) this.denied |= NEEDS_MEMORY;
    else this.denied &= ~NEEDS_MEMORY;
  }

  private isProtected(): boolean {
    return this.settings.flag('protected-mode') && !this.requiresPassword;
  }

  private applyLiveSettings(): void {
    this.slowlog.setMax(this.live.slowlogEntriesMax);
    this.tracking.keysMax = this.live.trackedKeysMax;
    this.keyspace.countsFrequency = this.live.countsFrequency;
    sampleNow(this, this.clock.elapsedUs());
    this.notifications.setClasses(this.live.eventClasses);
    this.keyListeners.want(FOR_NOTIFICATIONS, this.notifications.isOn);
    this.costs.applySettings();
    this.clientEviction.applySettings();
    // There are no replicas yet.
    if (this.live.wantsReplicas) this.denied |= NEEDS_REPLICAS;
    else this.denied &= ~NEEDS_REPLICAS;
    this.checkMemory();
  }
}

/** What may fail: snapshots, the append-only file. */
const OF_SNAPSHOTS = 0;
const OF_JOURNAL = 1;
