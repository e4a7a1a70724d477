// The client's side of a session: its connection, and what it knows of its state there, which the
// prompt shows. After a reconnection it is authenticated, in its database and its protocol again.
import type { ConnectionOptions } from 'node:tls';
import { Connection, ConnectionLost, type Endpoint } from './connection.ts';
import type { Documents } from './documents.ts';
import { formatReply } from './format.ts';
import type { Options } from './options.ts';
import type { Reply } from './reply.ts';
import { Failure, type Screen } from './screen.ts';
import { placeOf } from './server-options.ts';
import { tlsOptions } from './tls.ts';

/** Where a command is to be sent instead. */
export interface Redirection {
  readonly slot: number;
  /** '' is the host that answered. */
  readonly host: string;
  readonly port: number;
  /** This command alone goes there, behind an ASKING. */
  readonly isOnce: boolean;
}

export class Client {
  readonly options: Options;
  readonly screen: Screen;
  /** Null while there is none. */
  connection: Connection | null = null;
  /** Does somebody talk? Then a lost connection is an incident, not the end. */
  isInteractive = false;
  database = 0;
  isInTransaction = false;
  /** The database before MULTI, which comes back when the transaction does not happen. */
  databaseBefore = 0;
  isSubscribed = false;
  isMonitoring = false;
  /** The server was told to end: then its going is no error. */
  isShuttingDown = false;
  isResp3 = false;
  /** Where the last command is to be sent instead. */
  redirection: Redirection | null = null;

  /** What the server says of its commands; null until it was asked, or when it does not say. */
  documents: Documents | null = null;
  private readonly tls: ConnectionOptions | null;

  constructor(options: Options, screen: Screen) {
    this.options = options;
    this.screen = screen;
    this.tls = options.usesTls ? tlsOptions(options) : null;
  }

  get endpoint(): Endpoint {
    return { ...placeOf(this.options), tls: this.tls };
  }

  /** `127.0.0.1:6379[1](TX)> ` */
  get prompt(): string {
    const { socketPath, host, port } = this.options;
    if (this.connection === null) return 'not connected> ';
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    let prompt = socketPath === '' ? address : `redis ${socketPath}`;
    if (this.database !== 0) prompt += `[${this.database}]`;
    if (this.isInTransaction) prompt += '(TX)';
    if (this.isSubscribed) prompt += '(subscribed mode)';
    return `${prompt}> `;
  }

  /**
   * Connects anew. False if that, or something of what belongs to it, failed; in the second case
   * there is a connection all the same.
   */
  async connect(isQuiet = false): Promise<boolean> {
    this.drop();
    try {
      this.connection = await Connection.open(this.endpoint);
    } catch (error) {
      if (!isQuiet) this.screen.complain(`Could not connect to Redis at ${this.whereTo(error)}`);
      return false;
    }
    this.listenToPushes(true);
    try {
      return (await this.authenticate()) && (await this.select()) && (await this.switchProtocol());
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      this.screen.complain('\nI/O error');
      this.drop();
      return false;
    }
  }

  /** The connection, for those who can do nothing without one. */
  async connected(): Promise<Connection> {
    const isReady = await this.connect();
    if (!isReady || this.connection === null) throw new Failure('');
    return this.connection;
  }

  drop(): void {
    this.connection?.close();
    this.connection = null;
    this.database = 0;
    this.isInTransaction = false;
    this.isSubscribed = false;
    this.isMonitoring = false;
    this.isResp3 = false;
  }

  /** Pushes are printed, or dropped, where they are not listened to as replies. */
  listenToPushes(isAside: boolean): void {
    const { connection, options } = this;
    if (connection === null) return;
    const print = options.showsPushes ? (push: Reply) => this.printPush(push) : () => {};
    connection.onPush = isAside ? print : null;
  }

  printReply(reply: Reply): void {
    const { output, itemDelimiter: items, replyDelimiter: replies } = this.options;
    let text: string;
    try {
      text = formatReply(reply, output, { items, replies });
    } catch (error) {
      // No string of the runtime is so long.
      if (!(error instanceof RangeError)) throw error;
      throw new Failure('The reply is too long to print');
    }
    this.screen.print(text);
  }

  /** Selects the database that is asked for, if it is another one. */
  async select(): Promise<boolean> {
    const { database } = this.options;
    if (database === this.database || this.connection === null) return true;
    const reply = await this.connection.ask('SELECT', String(database));
    if (reply.kind === 'error') {
      this.screen.complain(`SELECT ${database} failed: ${reply.text}`);
      return false;
    }
    this.database = database;
    return true;
  }

  private async authenticate(): Promise<boolean> {
    const { user, password } = this.options;
    if (password === null) return true;
    const words = user === null ? ['AUTH', password] : ['AUTH', user, password];
    const reply = await this.connection?.ask(...words);
    if (reply?.kind !== 'error') return true;
    this.screen.complain(`AUTH failed: ${reply.text}`);
    return false;
  }

  private async switchProtocol(): Promise<boolean> {
    const { resp2, resp3 } = this.options;
    if (resp2 || resp3 === 'no') return true;
    const reply = await this.connection?.ask('HELLO', '3');
    this.isResp3 = reply?.kind !== 'error';
    if (reply?.kind !== 'error') return true;
    this.screen.complain(`HELLO 3 failed: ${reply.text}`);
    return resp3 === 'if-possible';
  }

  private printPush(push: Reply): void {
    if (this.options.output !== 'standard') return this.printReply(push);
    const [kind, keys] = push.items;
    const isInvalidation =
      push.items.length === 2 && kind.text.startsWith('invalidate') && keys.kind === 'array';
    if (!isInvalidation) return this.printReply(push);
    const names = keys.items.map(({ text }) => `'${text}'`).join(', ');
    this.screen.print(`-> invalidate: ${names}\n`);
  }

  private whereTo(error: unknown): string {
    const { socketPath, host, port } = this.options;
    const where = socketPath === '' ? `${host}:${port}` : socketPath;
    return `${where}: ${(error as Error).message}`;
  }
}
