// Walks over all keys of a database, a page of them at a time, for `--scan` and for what looks at
// each key. Ctrl-C ends the walk, and what was seen until then is told.
import { sleep } from '../infrastructure/sleep.ts';
import type { Client } from './client.ts';
import type { Connection } from './connection.ts';
import { quote } from './format.ts';
import { Progress } from './progress.ts';
import type { Reply } from './reply.ts';
import { Failure } from './screen.ts';

/** Of that many pages one is waited after, where -i says so. */
const PAGES_A_PAUSE = 100;
const REPORT_KEYS = 1_000_000;

/** `--scan` */
export async function runScan(client: Client): Promise<number> {
  const { screen, options } = client;
  const connection = await client.connected();
  const walk = new Walk(client, connection);
  for (let keys = await walk.next(); keys !== null; keys = await walk.next()) {
    const lines = options.output === 'standard' ? keys.map(quote) : keys;
    screen.print(lines.map((line) => `${line}\n`).join(''));
    await screen.taken();
    if (options.intervalMs > 0) await sleep(options.intervalMs);
  }
  return 0;
}

export class Walk {
  isCancelled = false;
  private readonly client: Client;
  private readonly connection: Connection;
  private cursor = '0';
  private isBegun = false;

  constructor(client: Client, connection: Connection) {
    this.client = client;
    this.connection = connection;
    process.once('SIGINT', () => {
      this.isCancelled = true;
    });
  }

  /** The keys of the next page; null when there is none. */
  async next(): Promise<string[] | null> {
    if (this.isCancelled || (this.isBegun && this.cursor === '0')) return null;
    this.isBegun = true;
    const { pattern, type, scanCount } = this.client.options;
    const words = ['SCAN', this.cursor];
    if (pattern !== null) words.push('MATCH', pattern);
    if (type !== null) words.push('TYPE', type);
    const reply = await this.connection.ask(...words, 'COUNT', String(scanCount));
    if (reply.kind === 'error') throw new Failure(`SCAN error: ${reply.text}`);
    if (reply.items.length !== 2) throw new Failure('Invalid element count from SCAN!');
    this.cursor = reply.items[0].text;
    return reply.items[1].items.map(({ text }) => text);
  }
}

/** A walk that looks at each key and says how far it is. */
export class Survey {
  sampled = 0;
  private readonly client: Client;
  private readonly connection: Connection;
  private readonly progress = new Progress();
  private readonly walk: Walk;
  private total = 0;
  private pages = 0;
  private percentage = '00.00';

  constructor(client: Client, connection: Connection) {
    this.client = client;
    this.connection = connection;
    this.walk = new Walk(client, connection);
  }

  /** Hands each page of keys to `look`, which tells of each that it counts. */
  async run(look: (keys: readonly string[]) => Promise<void>): Promise<void> {
    const { intervalMs } = this.client.options;
    this.total = await this.size();
    for (let keys = await this.walk.next(); keys !== null; keys = await this.walk.next()) {
      await look(keys);
      this.progress.show(() => `[${this.percentage}%] ${this.sampled} keys`);
      await this.client.screen.taken();
      if (intervalMs > 0 && ++this.pages % PAGES_A_PAUSE === 0) await sleep(intervalMs);
      this.percentage = percent(this.total === 0 ? 1 : this.sampled / this.total);
    }
    this.progress.clear();
  }

  /** One more key was looked at. */
  count(): void {
    this.sampled++;
    if (this.sampled % REPORT_KEYS === 0) this.say(`Sampled ${this.sampled} keys so far`);
  }

  /** A line of what was found, with how far the survey was. */
  say(text: string): void {
    this.progress.clear();
    this.client.screen.print(`[${this.percentage}%] ${text}\n`);
  }

  /** The head of the summary. */
  summarize(): void {
    const { screen } = this.client;
    screen.print('\n-------- summary -------\n\n');
    if (this.walk.isCancelled) screen.print(`[${this.percentage}%] `);
    screen.print(`Sampled ${this.sampled} keys in the keyspace!\n`);
  }

  /** Asks something of each key, all at once; replies in the keys' order. */
  async ask(requests: readonly (readonly string[])[]): Promise<Reply[]> {
    for (const words of requests) this.connection.send(words);
    const replies: Reply[] = [];
    for (const _ of requests) replies.push(await this.connection.reply());
    return replies;
  }

  private async size(): Promise<number> {
    const reply = await this.connection.ask('DBSIZE');
    if (reply.kind !== 'integer') throw new Failure(`Couldn't determine DBSIZE: ${reply.text}`);
    return Number(reply.text);
  }
}

/** `05.20`, of a fraction. */
export function percent(fraction: number): string {
  return (100 * fraction).toFixed(2).padStart(5, '0');
}
