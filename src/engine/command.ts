// What a command is: its declaration, and from it everything that the engine derives at start-up.
import type { Database } from '../domain/keyspace/database.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { type Argument, arityOf } from './declaration/arguments.ts';
import {
  type FoundKey,
  findSpecifiedKeys,
  firstKeyOf,
  type KeySpecification,
  keySpecificationsOf,
} from './declaration/key-specifications.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';
import { CommandStatistics } from './stats/command-stats.ts';
import { CommandTable } from './table.ts';

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
/**
 * Not printed: the cost does not grow with the data, so that a batch of these is timed as a whole.
 */
export const CONSTANT_TIME = 1 << 23;

// Needs of a command, and what states of the server and the session deny: see gate.ts.
export const NEEDS_AUTHENTICATION = 1 << 0;
export const NEEDS_LOADED_DATA = 1 << 1;
export const NEEDS_MEMORY = 1 << 2;
export const NEEDS_NO_PAUSE = 1 << 3;
export const NEEDS_NO_WRITE_PAUSE = 1 << 4;
export const NEEDS_UNWATCHED = 1 << 5; // while somebody monitors, the command has to be shown
export const NEEDS_DEBUG = 1 << 6;
export const NEEDS_TOUCHING = 1 << 7; // uses keys, which CLIENT NO-TOUCH must not count as used
export const NEEDS_NO_MONITORING = 1 << 8; // who monitors may not work with keys

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

/**
 * What a handler works with. One object for the whole server; the fields change from call to call.
 */
export interface Context {
  readonly server: Server;
  readonly keyspace: Keyspace;
  session: Session;
  database: Database;
}

/**
 * Finds the keys of a call whose command's name is argument `from` of a request, where the key
 * specifications cannot tell them, or not what is done to them.
 */
type KeyFinder = (request: Request, from: number) => FoundKey[];

export type Handler = (context: Context, request: Request, reply: Reply) => void;

/** One entry of a group's table. */
export interface CommandDeclaration {
  name: string;
  group: CommandGroup;
  since: string;
  /** Absent where Redis names none. */
  complexity?: string;
  summary: string;
  flags: number;
  args: readonly Argument[];
  /**
   * ACL categories beyond those that follow from group and flags: `['dangerous']`. One that stands
   * for another group (`connection` of WAIT) takes the place of the own group's.
   */
  categories?: readonly string[];
  /** Tips for clients: `nondeterministic_output`, `request_policy:all_shards`. */
  tips?: readonly string[];
  history?: readonly (readonly [version: string, change: string])[];
  deprecatedSince?: string;
  replacedBy?: string;
  /** `syscmd` of COMMAND DOCS' doc_flags. */
  isSystemCommand?: true;
  /** Where Redis's arity is not what the arguments give. */
  arity?: number;
  /** Where the key specifications cannot be derived from the arguments. */
  keySpecifications?: readonly KeySpecification[];
  /** Where the keys of a call, or what is done to them, do not follow from the specifications. */
  findKeys?: KeyFinder;
  /** Argument indexes (from 1) that MONITOR and SLOWLOG must not show, as a predicate. */
  isSensitive?: (request: Request, argument: number) => boolean;
  subcommands?: readonly CommandDeclaration[];
  run?: Handler;
}

/**
 * A declared command, with all that is derived; `calls` since the batch began are settled in stats.
 */
export class Command {
  readonly declaration: CommandDeclaration;
  /** `get`, `client|id`. */
  readonly fullName: string;
  readonly flags: number;
  readonly arity: number;
  readonly needs: number;
  readonly run: Handler;
  readonly keySpecifications: readonly KeySpecification[];
  readonly subcommands: CommandTable | null;
  /** The argument that is the first key; 0 when there is none, or it is not always in one place. */
  readonly firstKey: number;
  readonly statistics = new CommandStatistics();
  /** Calls in the running batch that are not yet in the statistics. */
  batchCalls = 0;

  constructor(declaration: CommandDeclaration, container: Command | null = null) {
    const name = declaration.name.toLowerCase();
    this.declaration = declaration;
    this.fullName = container === null ? name : `${container.fullName}|${name}`;
    this.flags = declaration.flags;
    const words = container === null ? 1 : 2;
    this.arity = declaration.arity ?? arityOf(words, declaration.args);
    if (declaration.subcommands !== undefined && declaration.arity === undefined) this.arity = -2;
    this.needs = needsOf(declaration.flags);
    this.run = declaration.run ?? unreachable;
    this.keySpecifications =
      declaration.keySpecifications ?? keySpecificationsOf(words, declaration.args);
    this.firstKey = firstKeyOf(this.keySpecifications);
    this.subcommands = null;
    if (declaration.subcommands !== undefined) {
      this.subcommands = new CommandTable(
        declaration.subcommands.map((subcommand) => new Command(subcommand, this)),
      );
    }
  }

  /** The name without its container: `id` of `client|id`. */
  get name(): string {
    return this.declaration.name.toLowerCase();
  }

  /**
   * The keys of a call whose command's name is argument `from` of the request, in order. None when
   * the call is malformed: then the handler finds the words for that.
   */
  findKeys(request: Request, from: number): FoundKey[] {
    const keys = findSpecifiedKeys(this.keySpecifications, request, from);
    return keys ?? this.declaration.findKeys?.(request, from) ?? [];
  }

  acceptsCount(count: number): boolean {
    return this.arity >= 0 ? count === this.arity : count >= -this.arity;
  }
}

function needsOf(flags: number): number {
  let needs = NEEDS_NO_PAUSE;
  if ((flags & NO_AUTH) === 0) needs |= NEEDS_AUTHENTICATION;
  if ((flags & LOADING) === 0) needs |= NEEDS_LOADED_DATA;
  if ((flags & DENYOOM) !== 0) needs |= NEEDS_MEMORY;
  if ((flags & (WRITE | MAY_REPLICATE)) !== 0) needs |= NEEDS_NO_WRITE_PAUSE;
  if ((flags & (SKIP_MONITOR | ADMIN)) === 0) needs |= NEEDS_UNWATCHED;
  if ((flags & PROTECTED) !== 0) needs |= NEEDS_DEBUG;
  if ((flags & (WRITE | READONLY)) !== 0) needs |= NEEDS_TOUCHING;
  if ((flags & (WRITE | READONLY | MAY_REPLICATE)) !== 0) needs |= NEEDS_NO_MONITORING;
  return needs;
}

function unreachable(): void {
  throw new Error('a container command has no handler of its own');
}
