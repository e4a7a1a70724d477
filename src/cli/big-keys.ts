// `--bigkeys` and `--memkeys`: which keys of each type have the most elements, or take the most
// memory.
import type { Client } from './client.ts';
import { quote } from './format.ts';
import { percent, Survey } from './scan.ts';
import { Failure } from './screen.ts';

interface TypeFound {
  readonly name: string;
  /** The command that says how many it has; none for types of modules. */
  readonly sizeCommand: string;
  readonly unit: string;
  biggest: number;
  biggestKey: string;
  count: number;
  totalSize: number;
}

const TYPES: readonly (readonly [name: string, sizeCommand: string, unit: string])[] = [
  ['list', 'LLEN', 'items'],
  ['hash', 'HLEN', 'fields'],
  ['string', 'STRLEN', 'bytes'],
  ['stream', 'XLEN', 'entries'],
  ['set', 'SCARD', 'members'],
  ['zset', 'ZCARD', 'members'],
];

const HEAD = [
  '',
  '# Scanning the entire keyspace to find biggest keys as well as',
  '# average sizes per key type.  You can use -i 0.1 to sleep 0.1 sec',
  '# per 100 SCAN commands (not usually needed).',
  '',
  '',
].join('\n');

export async function runBigKeys(client: Client, isOfMemory: boolean): Promise<number> {
  const connection = await client.connected();
  client.screen.print(HEAD);
  const found = new BigKeys(client, new Survey(client, connection), isOfMemory);
  await found.run();
  return 0;
}

class BigKeys {
  private readonly client: Client;
  private readonly survey: Survey;
  private readonly isOfMemory: boolean;
  private readonly types = new Map<string, TypeFound>();
  private keysLength = 0;

  constructor(client: Client, survey: Survey, isOfMemory: boolean) {
    this.client = client;
    this.survey = survey;
    this.isOfMemory = isOfMemory;
    for (const [name, sizeCommand, unit] of TYPES) this.addType(name, sizeCommand, unit);
  }

  async run(): Promise<void> {
    await this.survey.run((keys) => this.look(keys));
    this.summarize();
  }

  private addType(name: string, sizeCommand: string, unit: string): TypeFound {
    const shown = this.isOfMemory ? 'bytes' : unit;
    const found = { name, sizeCommand, unit: shown, biggest: 0, biggestKey: '' };
    const type = { ...found, count: 0, totalSize: 0 };
    this.types.set(name, type);
    return type;
  }

  private async look(keys: readonly string[]): Promise<void> {
    const types = await this.typesOf(keys);
    const sizes = await this.sizesOf(keys, types);
    for (let i = 0; i < keys.length; i++) {
      const type = types[i];
      if (type !== null) this.note(keys[i], type, sizes[i]);
    }
  }

  private note(key: string, type: TypeFound, size: number): void {
    type.totalSize += size;
    type.count++;
    this.keysLength += key.length;
    this.survey.count();
    if (size <= type.biggest) return;
    type.biggest = size;
    type.biggestKey = quote(key);
    const name = type.name.padEnd(6);
    this.survey.say(`Biggest ${name} found so far '${type.biggestKey}' with ${size} ${type.unit}`);
  }

  /** Null for keys that have gone meanwhile. */
  private async typesOf(keys: readonly string[]): Promise<(TypeFound | null)[]> {
    const replies = await this.survey.ask(keys.map((key) => ['TYPE', key]));
    return replies.map(({ kind, text }) => {
      if (kind === 'error') throw new Failure(`TYPE returned an error: ${text}`);
      if (text === 'none') return null;
      return this.types.get(text) ?? this.addType(text, '', '?');
    });
  }

  private async sizesOf(
    keys: readonly string[],
    types: readonly (TypeFound | null)[],
  ): Promise<number[]> {
    const { memorySamples } = this.client.options;
    const samples = memorySamples === 0 ? [] : ['SAMPLES', String(memorySamples)];
    const requests: string[][] = [];
    const places: number[] = [];
    for (let i = 0; i < keys.length; i++) {
      const type = types[i];
      if (type === null || (!this.isOfMemory && type.sizeCommand === '')) continue;
      places.push(i);
      const usage = ['MEMORY', 'USAGE', keys[i], ...samples];
      requests.push(this.isOfMemory ? usage : [type.sizeCommand, keys[i]]);
    }
    const sizes: number[] = new Array(keys.length).fill(0);
    const replies = await this.survey.ask(requests);
    for (let i = 0; i < replies.length; i++) {
      const place = places[i];
      if (replies[i].kind === 'integer') sizes[place] = Number(replies[i].text);
      else this.warn(keys[place], this.isOfMemory ? 'MEMORY USAGE' : requests[i][0]);
    }
    return sizes;
  }

  /** The key may be another one by now. */
  private warn(key: string, command: string): void {
    const line = `Warning:  ${command} on '${key}' failed (may have changed type)`;
    this.client.screen.complain(line);
  }

  private summarize(): void {
    const { screen } = this.client;
    const { sampled } = this.survey;
    this.survey.summarize();
    const average = sampled === 0 ? 0 : this.keysLength / sampled;
    screen.print(`Total key length in bytes is ${this.keysLength}`);
    screen.print(` (avg len ${average.toFixed(2)})\n\n`);
    for (const { name, biggest, biggestKey, unit } of this.types.values()) {
      if (biggestKey === '') continue;
      screen.print(`Biggest ${name.padStart(6)} found '${biggestKey}' has ${biggest} ${unit}\n`);
    }
    screen.print('\n');
    for (const { name, count, totalSize, unit } of this.types.values()) {
      const share = percent(sampled === 0 ? 0 : count / sampled);
      const size = (count === 0 ? 0 : totalSize / count).toFixed(2);
      screen.print(`${count} ${name}s with ${totalSize} ${unit}`);
      screen.print(` (${share}% of keys, avg size ${size})\n`);
    }
  }
}
