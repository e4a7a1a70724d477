// One server, composed of what it needs of the world: for the program and for whoever embeds it.
// Two of them share nothing. Read top to bottom.
//
// What belongs to a process (signals, its title, its end, what V8 does) is none of its business.
import type { rewriteConfig } from '../adapters/config/rewrite.ts';
import { makeLuaScripts } from '../adapters/lua/scripts.ts';
import { PLAIN } from '../adapters/plain/dialect.ts';
import { QUOTED } from '../adapters/quoted/dialect.ts';
import { DumpPayloads } from '../adapters/rdb/dump-payloads.ts';
import { RdbFiles } from '../adapters/rdb/files.ts';
import { RequestParser, Resp } from '../adapters/resp/language.ts';
import type { Dialect } from '../adapters/text/dialect.ts';
import { TextLanguage } from '../adapters/text/language.ts';
import { TextWriter } from '../adapters/text/text-writer.ts';
import { Connection } from '../adapters/wire/connection.ts';
import type { Socket } from '../adapters/wire/socket.ts';
import type { HashKey } from '../domain/bytes/hash.ts';
import type { CommandDeclaration } from '../engine/command.ts';
import type { Disk } from '../engine/disk.ts';
import type { Clock, Host, Log, Random } from '../engine/ports.ts';
import { Server } from '../engine/server.ts';
import type { SessionOrigin } from '../engine/session.ts';
import type { Settings } from '../engine/settings/settings.ts';
import { Listeners } from '../infrastructure/network.ts';
import { SocketBuffers } from '../infrastructure/socket.ts';
import { Doors, type OpenFailure } from './doors.ts';
import { type Refusal, ServerJournal } from './journal.ts';
import { VERSION } from './version.ts';

export interface InstanceParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly hashKey?: HashKey;
  readonly log: Log;
  readonly host: Host;
  readonly disk: Disk;
  readonly settings: Settings;
  /** Under the names that they are called by. */
  readonly commands: readonly CommandDeclaration[];
  /** For a server that has a configuration file. */
  readonly rewriteConfig?: typeof rewriteConfig;
}

export class Instance {
  readonly server: Server;
  readonly doors: Doors;
  private readonly journal: ServerJournal;
  private readonly parser = new RequestParser();

  constructor(parts: InstanceParts) {
    const { log, settings } = parts;
    const server = new Server({
      ...parts,
      dumpCodec: (keyspace, live) => new DumpPayloads(keyspace, live),
      rdbFormat: (keyspace, live) => new RdbFiles(keyspace, live.collections),
      // A file of its own in dist, which is loaded then (decisions/0014).
      scripts: (host) => makeLuaScripts(host),
      readOpen: () => this.doors.readNow(),
      version: VERSION,
    });
    let made: SocketBuffers | null = null;
    const buffers = (): SocketBuffers => (made ??= new SocketBuffers());
    let writer: TextWriter | null = null;
    const text = (): TextWriter => (writer ??= new TextWriter());
    const resp = new Listeners(buffers, (socket, origin) => this.connect(socket, origin));
    const speaking = (dialect: Dialect): Listeners =>
      new Listeners(
        buffers,
        (socket, origin) =>
          new Connection(server, socket, origin, new TextLanguage(dialect, text())),
      );
    this.server = server;
    this.doors = new Doors(settings, log, [
      { port: 'port', transport: 'tcp', listeners: resp },
      { port: 'plain-port', transport: 'plain', listeners: speaking(PLAIN) },
      { port: 'quoted-port', transport: 'quoted', listeners: speaking(QUOTED) },
    ]);
    this.journal = new ServerJournal(server);
    // What clients would write now would be in the way of what is to be loaded, and an end now
    // would have nothing saved in its place.
    server.persistence.awaitData();
  }

  /** Serves whoever comes by a socket, in RESP. */
  connect(socket: Socket, origin: SessionOrigin): Connection {
    return new Connection(this.server, socket, origin, new Resp(this.parser));
  }

  /**
   * Opens the doors. Null, or why one cannot be opened. `isAnyPort`: the system chooses the port,
   * which is the setting's then.
   */
  async open(isAnyPort = false): Promise<OpenFailure | null> {
    const failure = await this.doors.open(isAnyPort);
    if (failure === null) this.server.cron.start();
    return failure;
  }

  /** Loads what there is. Null, or why not: what is damaged must not be written over. */
  async load(): Promise<Refusal | null> {
    const refusal = await this.journal.load();
    if (refusal === null) this.server.persistence.dataIsThere();
    return refusal;
  }

  /** Ends at once: who has data that shall last has saved it. Resolves when all ports are free. */
  async close(): Promise<void> {
    this.server.cron.stop();
    this.journal.close();
    await this.doors.shutDown();
  }
}
