// What a command is: its declaration, and from it everything that the engine derives at start-up;
// and what its handler works with.
import type { Database } from '../domain/keyspace/database.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import type { Hashes } from '../domain/values/hashes.ts';
import type { Lists } from '../domain/values/lists.ts';
import type { SetAlgebra } from '../domain/values/set-algebra.ts';
import type { Sets } from '../domain/values/sets.ts';
import type { SortedSets } from '../domain/values/sorted-sets.ts';
import type { Streams } from '../domain/values/streams.ts';
import { type Argument, arityOf } from './declaration/arguments.ts';
import type { KeyPositions } from './declaration/key-positions.ts';
import {
  addSpecifiedKeys,
  areFixed,
  firstKeyOf,
  type KeySpecification,
  keySpecificationsOf,
} from './declaration/key-specifications.ts';
import type { DumpCodec } from './dump-codec.ts';
import type { Effects } from './effects.ts';
import type { JournalWriter } from './journal/writer.ts';
import type { LfuCounter } from './lfu.ts';
import type { LiveSettings } from './live-settings.ts';
import {
  NEEDS_ANSWER,
  NEEDS_AUTHENTICATION,
  NEEDS_DISK,
  NEEDS_LEAVE,
  NEEDS_LOADED_DATA,
  NEEDS_MEMORY,
  NEEDS_NO_BUSY_SCRIPT,
  NEEDS_NO_FAULTS,
  NEEDS_NO_JOURNAL,
  NEEDS_NO_MONITORING,
  NEEDS_NO_MONITORS,
  NEEDS_NO_PAUSE,
  NEEDS_NO_SUBSCRIPTION,
  NEEDS_NO_TRACKING,
  NEEDS_NO_TRANSACTION,
  NEEDS_NO_WAITERS,
  NEEDS_NO_WRITE_PAUSE,
  NEEDS_REPLICAS,
  NEEDS_TOUCHING,
  OF_SCRIPTS,
} from './needs.ts';
import type { CommandBackgroundSave, CommandPersistence } from './persistence/command-views.ts';
import type { Clock, ConfigRewriter, Host, Log, Random } from './ports.ts';
import type { PubSub } from './pubsub/pubsub.ts';
import type { Pushes } from './pushes.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import type { Scratch } from './scratch.ts';
import type { CommandScripting } from './scripting/view.ts';
import type { Session } from './session.ts';
import type { Settings } from './settings/settings.ts';
import type { Statistics } from './statistics.ts';
import type { LatencyMonitor } from './stats/latency.ts';
import type { SlowCalls } from './stats/slow-calls.ts';
import type { SlowLog } from './stats/slowlog.ts';
import { CommandTable } from './table.ts';
import type { Tracking } from './tracking/tracking.ts';
import type { Watches } from './watches.ts';

// Flags of a command, as COMMAND INFO prints them.
export const WRITE = 1 << 0;
export const READONLY = 1 << 1;
export const DENYOOM = 1 << 2;
export const ADMIN = 1 << 3;
export const PUBSUB = 1 << 4;
export const NOSCRIPT = 1 << 5;
export const BLOCKING = 1 << 6;
export const LOADING = 1 << 7;
export const STALE = 1 << 8;
export const SKIP_MONITOR = 1 << 9;
export const SKIP_SLOWLOG = 1 << 10;
export const ASKING = 1 << 11;
export const FAST = 1 << 12;
export const NO_AUTH = 1 << 13;
export const MAY_REPLICATE = 1 << 14;
export const NO_ASYNC_LOADING = 1 << 15;
export const NO_MULTI = 1 << 16;
export const MOVABLE_KEYS = 1 << 17;
export const ALLOW_BUSY = 1 << 18;
export const NO_MANDATORY_KEYS = 1 << 19;
export const PROTECTED = 1 << 20;
/** Not printed: is refused with the writes while the disk fails, so that who asks hears of it. */
export const TELLS_OF_DISK = 1 << 21;
/** Not printed: may be called by who is subscribed and speaks RESP2. */
export const WHILE_SUBSCRIBED = 1 << 22;
/**
 * Not printed: the cost does not grow with the data, unless it is paid in slices: a turn of these
 * is timed as a whole.
 */
export const CONSTANT_TIME = 1 << 23;
/** Not printed: the same, but only of a call that names a key and nothing else. */
export const CONSTANT_TIME_ALONE = 1 << 29;

/** Not printed: between MULTI and EXEC it runs at once and is not queued. */
export const NOT_QUEUED = 1 << 24;
/** Not printed: runs what was queued, whose needs are its own (EXEC). */
export const RUNS_QUEUE = 1 << 25;
/** Not printed: ends a transaction, and never lacks the memory for that (DISCARD, QUIT, RESET). */
export const FREES_QUEUE = 1 << 27;
/**
 * Not printed: it may expire any keys, whose removal needs not be seen as one with it
 * (`touches_arbitrary_keys`).
 */
export const MAY_EXPIRE_ANY_KEYS = 1 << 26;

/** Not printed: runs a script, which may call commands. */
export const RUNS_SCRIPT = 1 << 30;
/** Not printed: it may wait for others to have had their turn, see slices.ts. */
export const RUNS_IN_SLICES = 1 << 28;

export type CommandGroup =
  | 'string'
  | 'generic'
  | 'connection'
  | 'server'
  | 'list'
  | 'set'
  | 'sorted-set'
  | 'hash'
  | 'pubsub'
  | 'transactions'
  | 'scripting'
  | 'stream'
  | 'bitmap'
  | 'hyperloglog'
  | 'geo';

// Where a call comes from.
export const FROM_CLIENT = 0;
export const FROM_TRANSACTION = 1;
export const FROM_SCRIPT = 2;
/** What the journal says has happened: its limits were looked at then. */
export const FROM_JOURNAL = 3;

/**
 * What a handler works with. One object for the whole server; the fields change from call to call.
 */
export interface Context {
  readonly keyspace: Keyspace;
  /** Views of collections, opened by who needs one. */
  readonly hashes: Hashes;
  readonly sets: Sets;
  readonly setAlgebra: SetAlgebra;
  readonly sortedSets: SortedSets;
  readonly lists: Lists;
  readonly streams: Streams;
  readonly dumps: DumpCodec;
  readonly scratch: Scratch;
  readonly effects: Effects;
  readonly blocking: CommandBlocking;
  /** For the few that look at the server itself, or at other sessions. */
  readonly server: ServerView;
  session: Session;
  database: Database;
  /** FROM_*: a nested call cannot wait. */
  origin: number;
}

/** Runs commands and counts what they cost: see stats/costs.ts. */
export interface CommandRunner {
  /** Requests of the turn, those that were refused too. */
  requests: number;
  readonly lastUs: number;
  /** Runs a command in the context as it is. */
  run(context: Context, command: Command, request: Request, reply: Reply): void;
  /** Runs a command that was blocked once more, by `retry`. */
  runAgain(
    context: Context,
    command: Command,
    request: Request,
    reply: Reply,
    retry: Handler,
  ): void;
  /** Brings all statistics up to what has run before the present command. */
  settle(): void;
}

/**
 * Lets commands wait: see blocking.ts. A handler that says one of these writes no reply; its client
 * gets no further request. `retry` runs in its place, with the same request, as soon as it may go
 * on, and answers, or says again that it waits.
 */
export interface CommandBlocking {
  /** Clients whose command waits. */
  readonly count: number;
  /** Those of them that have a deadline. */
  readonly deadlinesCount: number;
  /** May the running command wait? Not within a transaction or a script. */
  mayWait(context: Context): boolean;
  /**
   * The command goes on when others have had their turn; till then it holds `foundSize` bytes of
   * its answer, and `ownSize` others. `onGone` is called when its client goes before.
   * `kept` is the request, for keeps, if somebody has made that already.
   */
  giveWay(
    context: Context,
    retry: Handler,
    foundSize: number,
    ownSize: number,
    onGone?: () => void,
    kept?: Request,
  ): void;
  /** The command waits for wake(); after `delayMs` in all `onTimeout` answers in its place. */
  waitFor(context: Context, delayMs: number, retry: Handler, onTimeout: Handler): void;
  /**
   * The same for who waits until one of the keys [first, end) of the request comes into being as a
   * value of this type: `retry` runs as soon as what made it has finished, before anything else,
   * and who came first has the first try. With `hearsOfLoss` it runs, too, when a key has gone.
   * How many keys are awaited says `keys.count`.
   */
  waitForKeys(
    context: Context,
    request: Request,
    first: number,
    end: number,
    type: number,
    delayMs: number,
    retry: Handler,
    onTimeout: Handler,
    hearsOfLoss?: boolean,
  ): void;
  readonly keys: { readonly count: number; readonly lossesCount: number };
  /** What the command of a session waits for may be there. */
  wake(session: Session): void;
  /**
   * Ends the waiting of a command that has a deadline: as if it had passed, or, where it is not
   * null, with an error line. False when there is no such command.
   */
  unblock(session: Session, error: string | null): boolean;
}

/** What becomes of what commands do: see journal/journal.ts. */
export interface CommandJournal {
  /** Do replies wait for the disk? Then each call is to be noticed. */
  readonly holdsReplies: boolean;
  /** A command has run for a session, and changed data or not. */
  notice(session: Session, command: Command, request: Request, changed: boolean): void;
  /** While the disk fails: would the reply tell of what may not last? */
  refuses(command: Command, request: Request): boolean;
  /** A rewrite begins as soon as nothing is under way. */
  planRewrite(): void;
  /** After `empty` loads the files anew while everything waits: why not, or ''. */
  reload(empty: () => void): string;
  /** The server ends: everything is written and synced. Why it is not, or ''. */
  end(): string;
  writeDelayUs: number;
  // What INFO tells.
  readonly isOn: boolean;
  readonly isRewriting: boolean;
  readonly isScheduled: boolean;
  readonly rewriteSeconds: number;
  readonly lastRewriteSeconds: number;
  readonly lastRewriteFailed: boolean;
  readonly rewritesCount: number;
  readonly failuresInRow: number;
  readonly hasFailed: boolean;
  readonly size: number;
  readonly baseSize: number;
  readonly writer: Pick<JournalWriter, 'queuedSize' | 'isSyncing' | 'lateCount'>;
}

/** What commands may see of the server, and do to it. */
export interface ServerView {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly host: Host;
  readonly settings: Settings;
  readonly live: LiveSettings;
  readonly version: string;
  readonly runId: string;
  replicationId: string;
  readonly rewriteConfig: ConfigRewriter | null;
  readonly uptimeSeconds: number;
  readonly accessAheadUs: number;
  readonly keyspace: Keyspace;
  readonly commands: CommandTable<Command>;
  readonly sessions: ReadonlyMap<number, Session>;
  /** Ids grow: that of the session that came last. */
  readonly lastSessionId: number;
  readonly monitors: ReadonlySet<Session>;
  readonly postponed: ReadonlySet<Session>;
  readonly statistics: Statistics;
  readonly slowlog: SlowLog;
  readonly slowCalls: SlowCalls;
  readonly latency: LatencyMonitor;
  readonly lfu: LfuCounter;
  readonly eviction: {
    readonly totalOverUs: number;
    readonly currentOverUs: number;
    resetTimes(): void;
  };
  readonly reply: Reply;
  readonly costs: CommandRunner;
  readonly pushes: Pushes;
  readonly effects: Effects;
  readonly blocking: CommandBlocking;
  readonly journal: CommandJournal;
  readonly pubsub: PubSub;
  readonly watches: Watches;
  readonly tracking: Tracking;
  readonly persistence: CommandPersistence;
  readonly backgroundSave: CommandBackgroundSave;
  /** A shutdown that a signal has asked for. */
  readonly scheduledEnd: { abort(): boolean };
  readonly scripting: CommandScripting<Context>;
  readonly startupMemorySize: number;
  readonly usedMemory: number;
  readonly clientsSize: number;
  readonly requiresPassword: boolean;
  readonly denied: number;
  /** Why NEEDS_DISK is denied, as an error line. */
  readonly diskProblem: string;
  isActiveExpireOn: boolean;
  isCronPaused: boolean;
  /** Then no key is due: what expired the journal says. */
  isLoadingJournal: boolean;
  onShutdown(exitCode: number): void;
  startMonitoring(session: Session): void;
  stopMonitoring(session: Session): void;
  unsubscribeAll(session: Session): void;
  pause(mode: number, durationMs: number): void;
  unpause(): void;
  postpone(session: Session): void;
}

/**
 * Finds the keys of a call whose command's name is argument `from` of a request, where the key
 * specifications cannot tell them, or not what is done to them.
 */
type KeyFinder = (request: Request, from: number, into: KeyPositions) => void;

export type Handler = (context: Context, request: Request, reply: Reply) => void;

/** What stands of a command in its group's folder, right above its handler. */
export interface CommandEntry {
  name: string;
  /** Where it is not the group of the folder, or of the container. */
  group?: CommandGroup;
  flags: number;
  args: readonly Argument[];
  /**
   * ACL categories beyond those that follow from group and flags: `['dangerous']`. One that stands
   * for another group (`connection` of WAIT) takes the place of the own group's.
   */
  categories?: readonly string[];
  /** Tips for clients: `nondeterministic_output`, `request_policy:all_shards`. */
  tips?: readonly string[];
  /** Where Redis's arity is not what the arguments give. */
  arity?: number;
  /** Where the key specifications cannot be derived from the arguments. */
  keySpecifications?: readonly KeySpecification[];
  /** Where the keys of a call, or what is done to them, do not follow from the specifications. */
  findKeys?: KeyFinder;
  /** Argument indexes (from 1) that MONITOR and SLOWLOG must not show, as a predicate. */
  isSensitive?: (request: Request, argument: number) => boolean;
  subcommands?: readonly CommandEntry[];
  run?: Handler;
}

/** The prose of COMMAND DOCS: one entry of a folder's documentation.ts. */
export interface Documentation {
  summary: string;
  since: string;
  /** Absent where Redis names none. */
  complexity?: string;
  history?: readonly (readonly [version: string, change: string])[];
  deprecatedSince?: string;
  replacedBy?: string;
  /** `syscmd` of COMMAND DOCS' doc_flags. */
  isSystemCommand?: true;
}

/**
 * Makes the documentation of a group by full name (`GET`, `CLIENT|KILL`): when it is asked for, for
 * hardly any server is, and each start would pay for it.
 */
export type Documentations = () => Readonly<Record<string, Documentation>>;

/** An entry with its group, and where its documentation is: see declaration/documentation.ts. */
export interface CommandDeclaration extends CommandEntry {
  group: CommandGroup;
  documentations: Documentations;
  subcommands?: readonly CommandDeclaration[];
}

/** A declared command, with all that is derived: constant, and shared (shared-commands.ts). */
export class Command {
  /** By it servers find what they count of the command. A container's subcommands follow it. */
  readonly index: number;
  readonly declaration: CommandDeclaration;
  /** `get`, `client|id`. */
  readonly fullName: string;
  readonly flags: number;
  readonly arity: number;
  readonly needs: number;
  readonly run: Handler;
  readonly keySpecifications: readonly KeySpecification[];
  private readonly hasFixedKeys: boolean;
  readonly subcommands: CommandTable<Command> | null;
  /** The argument that is the first key; 0 when there is none, or it is not always in one place. */
  readonly firstKey: number;
  /** May it use keys that its arguments do not name? */
  readonly usesOtherKeys: boolean;
  readonly isFast: boolean;
  readonly isLoggedWhenSlow: boolean;
  /** Calls of more words than this, its name included, are timed one by one. */
  readonly constantTimeWords: number;
  /** How many arguments it takes, its name included. */
  readonly countMin: number;
  readonly countMax: number;

  constructor(declaration: CommandDeclaration, index = 0, container: Command | null = null) {
    const name = declaration.name.toLowerCase();
    this.index = index;
    this.declaration = declaration;
    this.fullName = container === null ? name : `${container.fullName}|${name}`;
    this.flags = declaration.flags;
    const words = container === null ? 1 : 2;
    this.arity = declaration.arity ?? arityOf(words, declaration.args);
    if (declaration.subcommands !== undefined && declaration.arity === undefined) this.arity = -2;
    this.countMin = Math.abs(this.arity);
    this.countMax = this.arity < 0 ? Number.POSITIVE_INFINITY : this.arity;
    this.needs = needsOf(declaration.flags);
    this.isFast = (this.flags & FAST) !== 0;
    this.isLoggedWhenSlow = (this.flags & SKIP_SLOWLOG) === 0;
    this.constantTimeWords = constantTimeWordsOf(this.flags);
    this.run = declaration.run ?? unreachable;
    this.keySpecifications =
      declaration.keySpecifications ?? keySpecificationsOf(words, declaration.args);
    this.usesOtherKeys = this.keySpecifications.some(({ isUnknown }) => isUnknown === true);
    this.hasFixedKeys = areFixed(this.keySpecifications);
    this.firstKey = firstKeyOf(this.keySpecifications);
    this.subcommands = null;
    if (declaration.subcommands !== undefined) {
      this.subcommands = new CommandTable(
        declaration.subcommands.map((each, i) => new Command(each, index + 1 + i, this)),
      );
    }
  }

  /** The name without its container: `id` of `client|id`. */
  get name(): string {
    return this.declaration.name.toLowerCase();
  }

  /**
   * Fills `into` with the keys of a call whose command's name is argument `from` of the request, in
   * order. None when the call is malformed: then the handler finds the words for that.
   */
  keysOf(request: Request, into: KeyPositions, from = 0): void {
    into.clear();
    if (this.hasFixedKeys && addSpecifiedKeys(this.keySpecifications, request, from, into)) return;
    this.declaration.findKeys?.(request, from, into);
  }

  /** Must the argument not be shown by MONITOR and SLOWLOG? */
  isSensitive(request: Request, argument: number): boolean {
    return argument > 0 && this.declaration.isSensitive?.(request, argument) === true;
  }

  acceptsCount(count: number): boolean {
    return count >= this.countMin && count <= this.countMax;
  }
}

function needsOf(flags: number): number {
  let needs = NEEDS_NO_PAUSE | NEEDS_ANSWER | NEEDS_NO_TRACKING | NEEDS_NO_FAULTS;
  if ((flags & NO_AUTH) === 0) needs |= NEEDS_AUTHENTICATION;
  if ((flags & LOADING) === 0) needs |= NEEDS_LOADED_DATA;
  if ((flags & ALLOW_BUSY) === 0) needs |= NEEDS_NO_BUSY_SCRIPT;
  if ((flags & (DENYOOM | RUNS_QUEUE)) !== 0) needs |= NEEDS_MEMORY;
  if ((flags & (WRITE | MAY_REPLICATE | RUNS_QUEUE)) !== 0) needs |= NEEDS_NO_WRITE_PAUSE;
  if ((flags & (WRITE | RUNS_QUEUE)) !== 0) needs |= NEEDS_REPLICAS;
  if ((flags & (WRITE | RUNS_QUEUE | TELLS_OF_DISK)) !== 0) needs |= NEEDS_DISK;
  if ((flags & (SKIP_MONITOR | ADMIN)) === 0) needs |= NEEDS_NO_MONITORS;
  if ((flags & PROTECTED) !== 0) needs |= NEEDS_LEAVE;
  if ((flags & (WRITE | READONLY)) !== 0) needs |= NEEDS_TOUCHING;
  if ((flags & (WRITE | READONLY | MAY_REPLICATE)) !== 0) needs |= NEEDS_NO_MONITORING;
  if ((flags & (WRITE | READONLY | MAY_REPLICATE | RUNS_QUEUE)) !== 0) needs |= NEEDS_NO_JOURNAL;
  if ((flags & (WRITE | MAY_REPLICATE | RUNS_QUEUE)) !== 0) needs |= NEEDS_NO_WAITERS;
  if ((flags & FREES_QUEUE) === 0) needs |= NEEDS_NO_TRANSACTION;
  if ((flags & WHILE_SUBSCRIBED) === 0) needs |= NEEDS_NO_SUBSCRIPTION;
  if ((flags & RUNS_SCRIPT) !== 0) needs |= OF_SCRIPTS;
  return needs;
}

function unreachable(): void {
  throw new Error('a container command has no handler of its own');
}

function constantTimeWordsOf(flags: number): number {
  if ((flags & CONSTANT_TIME) !== 0) return Number.POSITIVE_INFINITY;
  return (flags & CONSTANT_TIME_ALONE) !== 0 ? 2 : 0;
}
