// What goes on until somebody ends it: `--stat` and `--latency`. A lost connection is made anew.
import { SystemClock } from '../infrastructure/clock.ts';
import { sleep } from '../infrastructure/sleep.ts';
import type { Client } from './client.ts';
import { ConnectionLost } from './connection.ts';
import type { Reply } from './reply.ts';
import { Failure } from './screen.ts';

const HEAD_EACH_LINES = 20;
const STAT_MS = 1000;
const SAMPLE_MS = 10;
const RETRY_MS = 1000;
const HISTORY_MS = 15_000;
const LATENCY_MS = 1000;
const CLEAR_LINE = '\r\x1b[0K';

/** `--stat` */
export async function runStat(client: Client): Promise<number> {
  await client.connected();
  let requestsBefore = 0;
  for (let line = 0; ; line++) {
    const info = await ask(client, 'INFO');
    if (info.kind === 'error') throw new Failure(`ERROR: ${info.text}`);
    if (line % HEAD_EACH_LINES === 0) client.screen.print(STAT_HEAD);
    const requests = numberOf(info.text, 'total_commands_processed');
    const more = requestsBefore === 0 ? 0 : requests - requestsBefore;
    client.screen.print(statLine(info.text, requests, more));
    requestsBefore = requests;
    await sleep(client.options.intervalMs || STAT_MS);
  }
}

const STAT_HEAD =
  '------- data ------ --------------------- load -------------------- - child -\n' +
  'keys       mem      clients blocked requests            connections          \n';

/** A line of --stat. `info` is INFO's text. */
export function statLine(info: string, requests: number, more: number): string {
  let keys = 0;
  for (const [, count] of info.matchAll(/^db\d+:keys=(\d+)/gm)) keys += Number(count);
  const columns = [
    String(keys).padEnd(11),
    inUnits(numberOf(info, 'used_memory')).padEnd(8),
    ` ${String(numberOf(info, 'connected_clients')).padEnd(8)}`,
    String(numberOf(info, 'blocked_clients')).padEnd(8),
    `${requests} (+${more})`.padEnd(19),
    ` ${String(numberOf(info, 'total_connections_received')).padEnd(12)}`,
  ];
  return columns.join('') + doing(info) + '\n';
}

function doing(info: string): string {
  if (numberOf(info, 'loading') > 0) return 'LOAD';
  const names: string[] = [];
  if (numberOf(info, 'rdb_bgsave_in_progress') > 0) names.push('SAVE');
  if (numberOf(info, 'aof_rewrite_in_progress') > 0) names.push('AOF');
  return names.join('+');
}

/** A field of INFO; 0 if it is not there. */
function numberOf(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}

/** `1.50M` */
function inUnits(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  const units = 'KMGTP';
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length);
  return (bytes / 1024 ** power).toFixed(2) + units[power - 1];
}

/** `--latency` and `--latency-history` */
export async function runLatency(client: Client, isHistory: boolean): Promise<number> {
  await client.connected();
  const { screen, options } = client;
  const isSeen = options.output === 'standard';
  const clock = new SystemClock();
  const span = options.intervalMs || (isHistory ? HISTORY_MS : LATENCY_MS);
  for (let latency = new Latency(clock.nowMs()); ; ) {
    const startUs = clock.monotonicUs();
    await ask(client, 'PING');
    latency.add(Math.floor((clock.monotonicUs() - startUs) / 1000));
    const rangeMs = clock.nowMs() - latency.startMs;
    if (isSeen) screen.print(`\x1b[0G\x1b[2K${latency.text(options.output)}`);
    else if (isHistory || rangeMs > span) screen.print(latency.text(options.output));
    if (!isSeen && !isHistory && rangeMs > span) return 0;
    if (isHistory && rangeMs > span) {
      screen.print(` -- ${(rangeMs / 1000).toFixed(2)} seconds range\n`);
      latency = new Latency(clock.nowMs());
    }
    await sleep(SAMPLE_MS);
  }
}

/** Milliseconds of samples since a moment. */
export class Latency {
  readonly startMs: number;
  private min = Number.POSITIVE_INFINITY;
  private max = 0;
  private sum = 0;
  private count = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  add(ms: number): void {
    this.min = Math.min(this.min, ms);
    this.max = Math.max(this.max, ms);
    this.sum += ms;
    this.count++;
  }

  text(output: string): string {
    const { min, max, count } = this;
    const average = (this.sum / count).toFixed(2);
    switch (output) {
      case 'standard':
        return `min: ${min}, max: ${max}, avg: ${average} (${count} samples)`;
      case 'csv':
        return `${min},${max},${average},${count}\n`;
      case 'raw':
        return `${min} ${max} ${average} ${count}\n`;
      default:
        return `{"min": ${min}, "max": ${max}, "avg": ${average}, "count": ${count}}\n`;
    }
  }
}

/** The reply to a word; if the connection has gone, when there is one again. */
async function ask(client: Client, word: string): Promise<Reply> {
  const { screen } = client;
  for (let tries = 0; ; ) {
    try {
      if (client.connection === null) await client.connect(true);
      if (client.connection !== null) {
        const reply = await client.connection.ask(word);
        if (tries > 0) screen.print(CLEAR_LINE);
        return reply;
      }
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      if (!error.isClosed) throw new Failure(`Error: ${error.message}`);
      client.drop();
    }
    screen.print(`${CLEAR_LINE}Reconnecting... ${++tries}\r`);
    await sleep(RETRY_MS);
  }
}
