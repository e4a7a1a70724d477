// What the handlers of one server work with. Views of collections are made when the first command
// wants one: they are half of what a small server is, and most servers see few types.
import type { Database } from '../domain/keyspace/database.ts';
import type { Keyspace } from '../domain/keyspace/keyspace.ts';
import { Hashes } from '../domain/values/hashes.ts';
import { Lists } from '../domain/values/lists.ts';
import { SetAlgebra } from '../domain/values/set-algebra.ts';
import { Sets } from '../domain/values/sets.ts';
import { SortedSets } from '../domain/values/sorted-sets.ts';
import { Streams } from '../domain/values/streams.ts';
import { type CommandBlocking, type Context, FROM_CLIENT, type ServerView } from './command.ts';
import type { DumpCodec } from './dump-codec.ts';
import type { Effects } from './effects.ts';
import type { LiveSettings } from './live-settings.ts';
import { Scratch } from './scratch.ts';
import type { Session } from './session.ts';

/** What it is made of. */
interface ContextParts {
  readonly server: ServerView;
  readonly blocking: CommandBlocking;
  readonly keyspace: Keyspace;
  readonly limits: LiveSettings['collections'];
  readonly dumps: DumpCodec;
  readonly effects: Effects;
  readonly session: Session;
}

export class HandlerContext implements Context {
  readonly server: ServerView;
  readonly blocking: CommandBlocking;
  readonly keyspace: Keyspace;
  readonly dumps: DumpCodec;
  readonly scratch = new Scratch();
  readonly effects: Effects;
  session: Session;
  database: Database;
  origin = FROM_CLIENT;
  private readonly limits: LiveSettings['collections'];
  private ownHashes: Hashes | null = null;
  private ownSets: Sets | null = null;
  private ownSetAlgebra: SetAlgebra | null = null;
  private ownSortedSets: SortedSets | null = null;
  private ownLists: Lists | null = null;
  private ownStreams: Streams | null = null;

  constructor(parts: ContextParts) {
    this.server = parts.server;
    this.blocking = parts.blocking;
    this.keyspace = parts.keyspace;
    this.dumps = parts.dumps;
    this.effects = parts.effects;
    this.session = parts.session;
    this.database = parts.keyspace.databases[0];
    this.limits = parts.limits;
  }

  get hashes(): Hashes {
    return (this.ownHashes ??= new Hashes(this.keyspace, this.limits));
  }

  get sets(): Sets {
    return (this.ownSets ??= new Sets(this.keyspace, this.limits));
  }

  get setAlgebra(): SetAlgebra {
    return (this.ownSetAlgebra ??= new SetAlgebra(this.keyspace, this.limits));
  }

  get sortedSets(): SortedSets {
    return (this.ownSortedSets ??= new SortedSets(this.keyspace, this.limits));
  }

  get lists(): Lists {
    return (this.ownLists ??= new Lists(this.keyspace, this.limits));
  }

  get streams(): Streams {
    return (this.ownStreams ??= new Streams(this.keyspace, this.limits));
  }
}
