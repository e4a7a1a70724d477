// Sends a command, prints what comes of it, and follows what it does to the session.

import { sleep } from '../infrastructure/sleep.ts';
import type { Client } from './client.ts';
import { type Connection, ConnectionLost } from './connection.ts';
import { formatRaw } from './format.ts';
import { goThere, redirectionOf } from './redirection.ts';
import type { Reply } from './reply.ts';
import { Failure } from './screen.ts';

/** Commands whose replies are texts for people, and are printed as they are. */
const TEXTS: readonly (readonly [command: string, subcommand: string, wordsCount: number])[] = [
  ['debug', 'htstats', 0],
  ['debug', 'htstats-key', 0],
  ['debug', 'client-eviction', 0],
  ['memory', 'malloc-stats', 0],
  ['memory', 'doctor', 0],
  ['cluster', 'nodes', 2],
  ['cluster', 'info', 2],
  ['client', 'list', 0],
  ['client', 'info', 0],
  ['latency', 'graph', 3],
  ['latency', 'doctor', 2],
  ['proxy', 'info', 0],
];

/** Servers that send a command on and on do not know who has its key. */
const REDIRECTIONS_MAX = 16;

/** Stands on the line while messages are waited for. */
const READING = 'Reading messages... (press Ctrl-C to quit or any key to type command)\r';

/**
 * Sends a command as often as it is wanted; connects before, where there is no connection. False if
 * that failed or the connection went.
 */
export async function issue(
  client: Client,
  words: readonly string[],
  repeat: number,
): Promise<boolean> {
  if (client.connection === null || client.connection.lost !== null) {
    if (!(await client.connect())) return false;
  }
  const name = words[0].toLowerCase();
  let redirections = 0;
  for (let left = repeat; left !== 0; left--) {
    const { connection } = client;
    if (connection === null) return false;
    connection.send(words);
    const isDone = await follow(client, connection, name, words);
    const { redirection } = client;
    client.redirection = null;
    if (redirection !== null) {
      if (++redirections > REDIRECTIONS_MAX) throw new Failure('Too many redirections');
      if (!(await goThere(client, redirection))) return false;
      left++;
      continue;
    }
    redirections = 0;
    if (!isDone || client.isMonitoring) return isDone;
    if (client.options.intervalMs > 0) await sleep(client.options.intervalMs);
    await client.screen.taken();
  }
  return true;
}

/** Prints all that comes, until the connection goes. */
export async function printForever(client: Client, connection: Connection): Promise<boolean> {
  while (await printNext(client, connection, false)) await client.screen.taken();
  return false;
}

/** What there is to read for a command that was sent. */
async function follow(
  client: Client,
  connection: Connection,
  name: string,
  words: readonly string[],
): Promise<boolean> {
  const isText = printsAsText(name, words);
  const isSubscription = /^[ps]?(un)?subscribe$/.test(name);
  if (isSubscription) client.listenToPushes(false);
  client.isMonitoring = name === 'monitor';
  client.isShuttingDown = name === 'shutdown';
  // Each channel is confirmed by a push, and nothing else is.
  let confirmations = isSubscription ? Math.max(1, words.length - 1) : 0;
  let reply: Reply;
  for (;;) {
    const next = await printNext(client, connection, isText);
    if (next === null) return client.isShuttingDown;
    reply = next;
    if (client.redirection !== null) return true;
    if (client.isMonitoring) {
      client.isMonitoring = reply.kind !== 'error';
      return client.isMonitoring ? printForever(client, connection) : true;
    }
    if (!client.isSubscribed && confirmations === 0) break;
    if (isMessage(client, reply)) {
      if (confirmations === 0 || reply.items[0].text.toLowerCase() !== name) continue;
      if (!name.includes('unsubscribe')) client.isSubscribed = true;
      if (--confirmations > 0) continue;
    } else if (reply.kind === 'push') {
      continue;
    }
    break;
  }
  await notice(client, name, words, reply);
  if (isSubscription && !client.isSubscribed) client.listenToPushes(true);
  return true;
}

/** Reads a reply and prints it; null if the connection has gone and somebody talks. */
async function printNext(
  client: Client,
  connection: Connection,
  isText: boolean,
): Promise<Reply | null> {
  let reply: Reply;
  try {
    reply = await connection.reply();
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return lose(client, connection, error);
  }
  if (client.options.followsRedirections) {
    client.redirection = redirectionOf(reply);
    if (client.redirection !== null) return reply;
  }
  if (client.options.failsOnError && !client.isInteractive && reply.kind === 'error') {
    throw new Failure(reply.text);
  }
  if (isText) client.screen.print(formatRaw(reply, client.options.itemDelimiter));
  else client.printReply(reply);
  return reply;
}

async function lose(client: Client, connection: Connection, error: ConnectionLost): Promise<null> {
  if (connection.isAbandoned) {
    await client.connect();
    return null;
  }
  if (!client.isShuttingDown) {
    if (!client.isInteractive || !error.isClosed) throw new Failure(`Error: ${error.message}`);
    client.screen.complain(`Error: ${error.message}`);
  }
  client.drop();
  return null;
}

/** Follows commands that change what the session is. */
async function notice(
  client: Client,
  name: string,
  words: readonly string[],
  reply: Reply,
): Promise<void> {
  const isFine = reply.kind !== 'error';
  if (name === 'select' && words.length === 2 && isFine) {
    setDatabase(client, Number.parseInt(words[1], 10) || 0);
  } else if (name === 'auth' && (words.length === 2 || words.length === 3)) {
    await client.select();
  } else if (name === 'multi' && words.length === 1 && isFine) {
    client.isInTransaction = true;
    client.databaseBefore = client.database;
  } else if (name === 'exec' && words.length === 1 && client.isInTransaction) {
    client.isInTransaction = false;
    if (!isFine || reply.kind === 'nil') setDatabase(client, client.databaseBefore);
  } else if (name === 'discard' && words.length === 1 && isFine) {
    client.isInTransaction = false;
    setDatabase(client, client.databaseBefore);
  } else if (name === 'reset' && words.length === 1 && isFine) {
    client.isInTransaction = false;
    client.isSubscribed = false;
    client.isResp3 = false;
    setDatabase(client, 0);
    client.listenToPushes(true);
  } else if (name === 'hello') {
    if (reply.kind === 'map') client.isResp3 = true;
    if (reply.kind === 'array') client.isResp3 = false;
  }
}

function setDatabase(client: Client, database: number): void {
  client.database = database;
  client.options.database = database;
}

/** A message of pub/sub, or the confirmation of a subscription. */
function isMessage(client: Client, { kind, items }: Reply): boolean {
  if (kind !== (client.isResp3 ? 'push' : 'array') || items.length < 3) return false;
  return items[0].kind === 'string' && /(message|subscribe)$/.test(items[0].text);
}

function printsAsText(name: string, words: readonly string[]): boolean {
  if (name === 'info' || name === 'lolwut') return true;
  if (words.length < 2) return false;
  const second = words[1].toLowerCase();
  return TEXTS.some(
    ([command, subcommand, count]) =>
      command === name && subcommand === second && (count === 0 || count === words.length),
  );
}

/** Prints what comes, until that is settled. */
export async function printMessages(
  client: Client,
  connection: Connection,
  until: Promise<unknown>,
): Promise<void> {
  const { screen, options } = client;
  const isNoted = options.output !== 'raw' && screen.isTerminal;
  let isOver = false;
  let wake = (): void => {};
  void until.then(() => {
    isOver = true;
    wake();
  });
  while (!isOver) {
    for (let reply = connection.takeReply(); reply !== null; reply = connection.takeReply()) {
      client.printReply(reply);
    }
    if (connection.lost !== null) throw new Failure(`Error: ${connection.lost.message}`);
    if (isNoted) screen.print(screen.isColored ? `\x1b[1;90m${READING}\x1b[0m` : READING);
    await new Promise<void>((resolve) => {
      wake = resolve;
      connection.onArrival = resolve;
    });
    if (isNoted) screen.print('\x1b[K');
  }
  connection.onArrival = null;
}
