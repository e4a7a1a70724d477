// A server that is measured: a connection beside the load's, on which it says what it is and how
// much processor time it has taken.
import { Client } from '../cli/client.ts';
import { type Connection, ConnectionLost, encodeRequest, type Place } from '../cli/connection.ts';
import { defaultOptions } from '../cli/options.ts';
import type { Reply } from '../cli/reply.ts';
import { Failure, type Screen } from '../cli/screen.ts';
import { placeOf, type ServerChoice } from '../cli/server-options.ts';
import { type TlsChoice, tlsChoiceOf } from '../cli/tls.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import type { BenchmarkOptions } from './options.ts';

/** A server that takes a connection and says nothing shall not be waited for without end. */
const ANSWER_LIMIT_MS = 10_000;

/** What is sent when a connection is opened, and how many replies that has. */
interface Prefix {
  readonly prefix: string;
  readonly prefixCount: number;
}

export class Target {
  /** `127.0.0.1:6379` */
  readonly name: string;
  readonly place: Place;
  /** Null without TLS. */
  readonly tls: TlsChoice | null;
  readonly prefix: Prefix;
  /** `redis 7.2.6`, from INFO; '' when it does not say. */
  version = '';
  /** Of CONFIG GET; null when it does not say. */
  save: string | null = null;
  appendonly: string | null = null;
  private readonly connection: Connection;

  private constructor(client: Client, connection: Connection, prefix: Prefix) {
    const { host, port, socketPath } = client.options;
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    this.name = socketPath === '' ? address : socketPath;
    this.place = placeOf(client.options);
    this.tls = client.options.usesTls ? tlsChoiceOf(client.options) : null;
    this.prefix = prefix;
    this.connection = connection;
  }

  /** Connects, and asks what it is. Rejects with a Failure. */
  static async open(
    server: ServerChoice,
    options: BenchmarkOptions,
    screen: Screen,
  ): Promise<Target> {
    const { host, port, socketPath, user, password, database, usesTls } = server;
    const choice = { host, port, socketPath, user, password, database, usesTls };
    const all = { ...defaultOptions(false), ...choice, ...tlsChoiceOf(options) };
    const client = new Client(all, screen);
    const connection = await withinLimit(client.connected());
    const target = new Target(client, connection, prefixOf(server, options));
    await target.introduce();
    return target;
  }

  /** Processor time since its start in microseconds; null when it does not say. */
  async processorUs(): Promise<number | null> {
    const info = await this.ask('INFO', 'cpu');
    const [user, system] = ['used_cpu_user', 'used_cpu_sys'].map((name) => fieldOf(info, name));
    if (user === null || system === null) return null;
    return (Number(user) + Number(system)) * 1e6;
  }

  close(): void {
    this.connection.close();
  }

  private async introduce(): Promise<void> {
    const info = await this.ask('INFO', 'server');
    if (/^(NOAUTH|ERR max number)/.test(info.text)) {
      throw new Failure(`Error from server: ${info.text}`);
    }
    const number = fieldOf(info, 'redis_version');
    const ours = fieldOf(info, 'redstart_version');
    if (number !== null) this.version = `redis ${number}`;
    if (ours !== null) this.version = `redstart ${ours}`;
    this.save = await this.directive('save');
    this.appendonly = await this.directive('appendonly');
  }

  private async directive(name: string): Promise<string | null> {
    const { items } = await this.ask('CONFIG', 'GET', name);
    return items[1]?.text ?? null;
  }

  private ask(...words: readonly string[]): Promise<Reply> {
    return withinLimit(this.connection.ask(...words));
  }
}

/** What it comes to, or a Failure when that takes too long or the connection is lost. */
async function withinLimit<T>(work: Promise<T>): Promise<T> {
  const clock = new SystemClock();
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    const seconds = ANSWER_LIMIT_MS / 1000;
    const give = (): void => reject(new Failure(`The server does not answer for ${seconds} s`));
    const timer = clock.schedule(ANSWER_LIMIT_MS, give);
    cancel = () => timer.cancel();
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof ConnectionLost) throw new Failure(`Error: ${error.message}`);
    throw error;
  } finally {
    cancel();
  }
}

function fieldOf(info: Reply, name: string): string | null {
  return new RegExp(`^${name}:([^\\r\\n]*)`, 'm').exec(info.text)?.[1] ?? null;
}

function prefixOf(server: ServerChoice, options: BenchmarkOptions): Prefix {
  const { user, password, database } = server;
  const requests: string[][] = [];
  if (password !== null) requests.push(['AUTH', ...(user === null ? [] : [user]), password]);
  if (options.isResp3) requests.push(['HELLO', '3']);
  if (database !== 0) requests.push(['SELECT', String(database)]);
  if (options.isTracking) requests.push(['CLIENT', 'TRACKING', 'ON']);
  return { prefix: requests.map(encodeRequest).join(''), prefixCount: requests.length };
}
