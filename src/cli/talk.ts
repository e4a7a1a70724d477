// What a line that somebody typed, or a pipe brought, is understood as: a command, how often it is
// to be sent, or a word of this program's own.
import { splitWords } from '../adapters/config/parse.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import type { Client } from './client.ts';
import { asksForHelp, printHelp } from './help.ts';
import { issue } from './issue.ts';
import { Failure } from './screen.ts';
import { readPort } from './uri.ts';

/** From so long on it is said how long a command took. */
const SLOW_MS = 500;

export class Talk {
  readonly client: Client;
  /** `:set nohints` */
  showsHints = true;
  private readonly clock = new SystemClock();

  constructor(client: Client) {
    this.client = client;
    client.isInteractive = true;
  }

  /** Does what the line says. False if it says that this is the end. */
  async hear(line: string): Promise<boolean> {
    const { screen } = this.client;
    const words = splitWords(line);
    if (words === null) screen.print('Invalid argument(s)\n');
    if (words === null || words.length === 0) return true;
    const isRepeated = words.length > 1 && /^\s*[+-]?\d+$/.test(words[0]);
    const repeat = isRepeated ? Number(words[0]) : 1;
    if (repeat <= 0 || repeat > Number.MAX_SAFE_INTEGER) {
      screen.print('Invalid redis-cli repeat command option value.\n');
      return true;
    }
    const name = words[0].toLowerCase();
    if (name === 'quit' || name === 'exit') return false;
    if (name.startsWith(':')) this.prefer(words, '');
    else if (name === 'connect' && words.length === 3) await this.connectTo(words[1], words[2]);
    else if (name === 'clear' && words.length === 1) this.clear();
    else await this.send(isRepeated ? words.slice(1) : words, repeat);
    return true;
  }

  /** `:set hints`; what is said of a mistake begins with where it stands. */
  prefer(words: readonly string[], where: string): void {
    const { screen } = this.client;
    if (words.length === 0) return;
    const [command, preference = ''] = words.map((word) => word.toLowerCase());
    if (command !== ':set' || words.length < 2) {
      return screen.print(`${where}unknown redis-cli internal command '${words[0]}'\n`);
    }
    if (preference === 'hints' || preference === 'nohints')
      this.showsHints = preference === 'hints';
    else screen.print(`${where}unknown redis-cli preference '${words[1]}'\n`);
  }

  private async send(words: readonly string[], repeat: number): Promise<void> {
    const { client, clock } = this;
    const startUs = clock.monotonicUs();
    if (asksForHelp(words)) await printHelp(client, words);
    else await issue(client, words, repeat);
    const elapsedMs = (clock.monotonicUs() - startUs) / 1000;
    if (elapsedMs < SLOW_MS || client.options.output !== 'standard') return;
    client.screen.print(`(${(elapsedMs / 1000).toFixed(2)}s)\n`);
  }

  /** `connect HOST PORT` */
  private async connectTo(host: string, port: string): Promise<void> {
    const { client } = this;
    try {
      client.options.port = readPort(port);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return client.screen.complain(error.message);
    }
    client.options.host = host;
    await client.connect();
  }

  private clear(): void {
    this.client.screen.print('\x1b[H\x1b[2J');
  }
}
