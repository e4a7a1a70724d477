// A server within a program: what createServer() gives. It ends by close() or by SHUTDOWN, and
// never takes the process with it.
import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { shutDown } from '../../engine/persistence/shut-down.ts';
import type { Log } from '../../engine/ports.ts';
import type { Session } from '../../engine/session.ts';
import { fromLatin1 } from '../../infrastructure/files.ts';
import { LocalSocket } from '../../infrastructure/local-socket.ts';
import { ProcessHold } from '../../infrastructure/process-hold.ts';
import type { Instance } from '../instance.ts';
import { placeOf, urlOf } from '../reach.ts';
import type { Argument, RedstartServer, Reply } from './api.ts';
import { Calls } from './calls.ts';
import { closed } from './closed.ts';
import { RedstartError } from './errors.ts';
import { KeyEvents } from './events.ts';
import { connectorOf } from './ioredis.ts';
import { asBuffer, asText } from './reply-value.ts';

const US_PER_SECOND = 1e6;
const AS_SET: ReadonlySet<string> = new Set();
const AT_ALL_COSTS: ReadonlySet<string> = new Set(['force']);
const WITHOUT_DATA: ReadonlySet<string> = new Set(['nosave', 'force']);

export class EmbeddedServer extends EventEmitter implements RedstartServer {
  readonly ioredis: RedstartServer['ioredis'];
  protected readonly instance: Instance;
  private readonly log: Log;
  private readonly hold = new ProcessHold();
  private readonly calls: Calls;
  private readonly lasts: boolean;
  private finished: Promise<void> | null = null;

  /** `lasts`: its data is on a disk. */
  constructor(instance: Instance, lasts: boolean) {
    super();
    this.lasts = lasts;
    const { server } = instance;
    this.instance = instance;
    this.log = server.log;
    server.onShutdown = () => this.finish();
    this.ioredis = { Connector: connectorOf(() => this.connect()) };
    this.calls = new Calls(server, this.hold, () => this.connectTrusted());
    const events = new KeyEvents(server, {
      hears: (name) => this.listenerCount(name) > 0,
      tell: (name, args) => void this.emit(name, ...args),
    });
    // A listener is counted after the one event and before the other.
    this.on('newListener', () => void Promise.resolve().then(() => events.follow()));
    this.on('removeListener', () => events.follow());
  }

  /** Is it closed, or about to be? */
  protected get isOver(): boolean {
    return this.finished !== null;
  }

  get port(): number | null {
    return this.instance.server.settings.integer('port') || null;
  }

  get path(): string | null {
    return fromLatin1(this.instance.server.settings.text('unixsocket')) || null;
  }

  get url(): string | null {
    const place = placeOf(this.instance.server.settings);
    return place === null ? null : fromLatin1(urlOf(place));
  }

  connect(): Duplex {
    if (this.finished !== null) throw closed();
    return this.open().socket.stream;
  }

  call<T = Reply>(name: string, ...args: Argument[]): Promise<T> {
    if (this.finished !== null) return Promise.reject(closed());
    return this.calls.call(name, args, asText) as Promise<T>;
  }

  callBuffer<T>(name: string, ...args: Argument[]): Promise<T> {
    if (this.finished !== null) return Promise.reject(closed());
    return this.calls.call(name, args, asBuffer) as Promise<T>;
  }

  ref(): this {
    this.instance.doors.holdProcess(true);
    this.hold.switchTo(true);
    return this;
  }

  unref(): this {
    this.instance.doors.holdProcess(false);
    this.hold.switchTo(false);
    return this;
  }

  async close(): Promise<void> {
    const { server } = this.instance;
    let isSaved = true;
    await this.firstFilesWritten();
    if (this.finished === null) {
      isSaved = shutDown(server, this.lasts ? AS_SET : WITHOUT_DATA);
      if (!isSaved) shutDown(server, AT_ALL_COSTS);
    }
    await this.finished;
    if (!isSaved) throw new RedstartError('ERR_DATA', 'data could not be saved: see the log');
  }

  /** The first append-only files are made of a dump: what was written meanwhile is not safe. */
  private async firstFilesWritten(): Promise<void> {
    const { server } = this.instance;
    const { clock, journal } = server;
    const endUs = clock.monotonicUs() + server.settings.integer('shutdown-timeout') * US_PER_SECOND;
    while (journal.isStarting && this.finished === null && clock.monotonicUs() < endUs) {
      await new Promise<void>((resolve) => clock.schedule(0, resolve));
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The data is safe: nobody gets an answer from here on, and everything is closed. */
  private finish(): void {
    if (this.finished !== null) return;
    const { server } = this.instance;
    for (const { output } of server.sessions.values()) output.destroy();
    server.keyListeners.observe(null);
    // A command may be running.
    this.finished = new Promise((resolve) => {
      server.clock.schedule(0, () => void this.instance.close().then(resolve));
    });
    this.log.write('warning', 'Redis is now ready to exit, bye bye...');
  }

  private open(isProgram = false): {
    readonly socket: LocalSocket;
    readonly session: Session | null;
  } {
    const { instance } = this;
    const socket = new LocalSocket(this.hold);
    const address = `local:${instance.server.lastSessionId + 1}`;
    const connection = instance.connect(socket, {
      address,
      localAddress: address,
      isUnixSocket: false,
      isLocal: true,
      isProgram,
      descriptor: -1,
    });
    socket.user = connection;
    return { socket, session: connection.session };
  }

  /** A connection for calls of the program itself, which hold the process themselves. */
  private connectTrusted(): Duplex {
    const { socket, session } = this.open(true);
    socket.holdProcess(false);
    if (session === null) return socket.stream;
    session.isAuthenticated = true;
    session.protocol = 3;
    return socket.stream;
  }
}
