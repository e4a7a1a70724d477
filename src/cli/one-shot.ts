// One command, given as arguments; or a script, with its keys and arguments.
import { splitWords } from '../adapters/config/parse.ts';
import { readText } from '../infrastructure/files.ts';
import { codeWords } from '../infrastructure/system-error.ts';
import type { Client } from './client.ts';
import { asksForHelp, printHelp } from './help.ts';
import { issue, printForever } from './issue.ts';
import type { Options } from './options.ts';
import { Failure } from './screen.ts';

/** Sends the command of the command line; resolves to the status of the program. */
export async function runOnce(client: Client): Promise<number> {
  const { options } = client;
  const words = options.isQuotedInput ? unquote(options.words) : [...options.words];
  if (words === null) {
    client.screen.print('Invalid quoted string\n');
    return 1;
  }
  await takeInput(options, words);
  await client.connect(true);
  return runWords(client, words);
}

/** `--eval FILE KEY ... , ARGUMENT ...` */
export async function runScript(client: Client, file: string): Promise<number> {
  await client.connected();
  const { text, failure } = readText(file);
  if (failure !== '') throw new Failure(`Can't open file '${file}': ${codeWords(failure)}`);
  const { words } = client.options;
  const comma = words.indexOf(',');
  const keysCount = comma < 0 ? words.length : comma;
  const rest = comma < 0 ? words : words.toSpliced(comma, 1);
  return runWords(client, ['EVAL', text, String(keysCount), ...rest]);
}

async function runWords(client: Client, words: readonly string[]): Promise<number> {
  const { repeat } = client.options;
  if (asksForHelp(words)) return (await printHelp(client, words)) ? 0 : 1;
  const isDone = await issue(client, words, repeat);
  if (client.isSubscribed && client.connection !== null) {
    await printForever(client, client.connection);
  }
  return isDone ? 0 : 1;
}

/** -x and -X: the standard input as an argument. */
async function takeInput(options: Options, words: string[]): Promise<void> {
  if (options.lastFromInput) {
    words.push(await readInput());
  } else if (options.inputTag !== null) {
    const place = words.indexOf(options.inputTag);
    if (place < 0) throw new Failure('Using -X option but stdin tag not match.');
    words[place] = await readInput();
  }
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

/** Null if one of them is not one word in quotes. */
function unquote(words: readonly string[]): string[] | null {
  const unquoted: string[] = [];
  for (const text of words) {
    const parts = splitWords(text);
    if (parts?.length !== 1) return null;
    unquoted.push(parts[0]);
  }
  return unquoted;
}
