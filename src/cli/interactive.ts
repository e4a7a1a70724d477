// Somebody talks: a line editor with history, completion and hints, on a terminal.
//
// While a command runs, the terminal belongs to it: what is typed meanwhile waits for the next
// line, and Ctrl-C ends the program, or what MONITOR and SUBSCRIBE print.
import { createInterface, type Interface } from 'node:readline';
import { splitWords } from '../adapters/config/parse.ts';
import { fromLatin1, toLatin1 } from '../infrastructure/files.ts';
import type { Client } from './client.ts';
import { loadDocuments } from './documents.ts';
import { HintLine } from './hint-line.ts';
import { hintForLine } from './hints.ts';
import { dotFile, History, isSecret, linesOf } from './history.ts';
import { printMessages } from './issue.ts';
import { Talk } from './talk.ts';

export async function runInteractive(client: Client): Promise<number> {
  await client.connect();
  const session = new Interactive(client);
  await session.run();
  return 0;
}

class Interactive {
  private readonly client: Client;
  private readonly talk: Talk;
  private readonly history = new History(dotFile('REDISCLI_HISTFILE', '.rediscli_history'));
  private readonly editor: Interface;
  /** Lines that came before they were asked for: somebody pasted them. */
  private readonly lines: string[] = [];
  /** Ctrl-C was pressed; or there is nobody any more. */
  private isOver = false;
  private isClosed = false;
  private wake: (() => void) | null = null;

  constructor(client: Client) {
    this.client = client;
    this.talk = new Talk(client);
    for (const line of linesOf(dotFile('REDISCLI_RCFILE', '.redisclirc'))) {
      this.talk.prefer(splitWords(toLatin1(line)) ?? [], '.redisclirc: ');
    }
    this.editor = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      historySize: History.sizeMax,
      history: [...this.history.lines],
      completer: (line: string) => [client.documents?.completionsOf(line) ?? [], line],
    });
    new HintLine(this.editor, process.stdin, process.stdout, (line) => this.hintOf(line));
    this.editor.on('line', (line) => this.take(line));
    this.editor.on('close', () => {
      this.isClosed = true;
      this.end();
    });
    this.editor.on('SIGINT', () => this.end());
    // The editor puts each line into its history before it hands it out.
    this.editor.on('history', (lines) => {
      if (lines.length > 0 && this.isSecretLine(lines[0])) lines.shift();
    });
    process.on('SIGINT', () => this.interrupt());
  }

  async run(): Promise<void> {
    for (;;) {
      await this.learn();
      const line = await this.ask();
      if (line === null) {
        this.client.screen.print('\n');
        if (!this.client.isSubscribed || this.isClosed) break;
        this.isOver = false;
        // Ctrl-C there ends the subscriptions alone.
        await this.client.connect();
        continue;
      }
      if (!this.isSecretLine(line) && line.trim() !== '') this.history.add(line);
      this.leaveTerminal();
      if (!(await this.talk.hear(toLatin1(line)))) break;
      if (this.client.isSubscribed && this.lines.length === 0) await this.listen();
    }
    this.editor.close();
  }

  /** The next line; null when it is the end. */
  private async ask(): Promise<string | null> {
    const queued = this.lines.shift();
    if (queued !== undefined) return queued;
    if (this.isOver) return null;
    this.editor.setPrompt(fromLatin1(this.client.prompt));
    process.stdin.setRawMode(true);
    this.editor.resume();
    this.editor.prompt(true);
    await this.woken();
    return this.lines.shift() ?? null;
  }

  /** Prints messages until a key is pressed, which then begins a line. */
  private async listen(): Promise<void> {
    const { client } = this;
    if (client.connection === null) return;
    this.editor.setPrompt('');
    process.stdin.setRawMode(true);
    this.editor.resume();
    const pressed = new Promise<void>((resolve) => process.stdin.once('keypress', () => resolve()));
    await printMessages(client, client.connection, pressed);
    if (!this.isOver || this.isClosed) return;
    this.isOver = false;
    await client.connect();
  }

  private take(line: string): void {
    this.lines.push(line);
    this.stir();
  }

  private end(): void {
    this.isOver = true;
    this.stir();
  }

  private woken(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private stir(): void {
    this.wake?.();
    this.wake = null;
  }

  /** Keys are the terminal's again, which makes a signal of Ctrl-C. */
  private leaveTerminal(): void {
    this.editor.pause();
    process.stdin.setRawMode(false);
  }

  private interrupt(): void {
    const { client } = this;
    if (client.isMonitoring) client.connection?.abandon();
    else process.exit(1);
  }

  /** Asks the server for its commands, once it says them: without a password it does not. */
  private async learn(): Promise<void> {
    const { client } = this;
    if (client.documents !== null || client.isSubscribed || client.isInTransaction) return;
    client.documents = await loadDocuments(client.connection);
  }

  private hintOf(line: string): string {
    const { documents } = this.client;
    if (documents === null || !this.talk.showsHints) return '';
    return fromLatin1(hintForLine(documents, toLatin1(line)));
  }

  private isSecretLine(line: string): boolean {
    const words = splitWords(toLatin1(line)) ?? [];
    const isRepeated = words.length > 1 && /^\d+$/.test(words[0]);
    return words.length > 0 && isSecret(isRepeated ? words.slice(1) : words);
  }
}
