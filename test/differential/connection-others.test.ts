// Connection commands that act on other connections, end one, or change how the next commands are
// answered: conversations that are held with the reference and with Redstart. The transcripts, from
// which addresses, numbers and times were taken out, are compared.
import assert from 'node:assert/strict';
import { comparison, type Pair } from '../support/differential.ts';
import { wordsOf } from '../support/lines.ts';
import { RawClient } from '../support/raw-client.ts';
import { recorded } from '../support/recorded.ts';
import { encodeCommand } from '../support/resp.ts';
import { isReference72 } from '../support/server.ts';

/** What one server said, with all that differs from run to run replaced. */
class Conversation {
  readonly transcript: string[] = [];
  private readonly clients: RawClient[] = [];
  private readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  async connect(): Promise<RawClient> {
    const client = await RawClient.connect(this.port);
    this.clients.push(client);
    return client;
  }

  /** Sends lines in one piece without waiting for replies. */
  write(client: RawClient, ...lines: string[]): void {
    client.write(Buffer.concat(lines.map((line) => encodeCommand(wordsOf(line)))));
  }

  /** Notes the next reply. */
  async hear(client: RawClient): Promise<string> {
    const reply = (await client.reply()).toString('latin1');
    this.transcript.push(anonymous(reply));
    return reply;
  }

  async ask(client: RawClient, line: string): Promise<string> {
    this.write(client, line);
    return this.hear(client);
  }

  /** The number that the server gave a connection. */
  async idOf(client: RawClient): Promise<string> {
    return (await client.command('CLIENT', 'ID')).toString('latin1').slice(1, -2);
  }

  close(): void {
    for (const client of this.clients) client.close();
  }
}

/** Addresses, ids, times, sizes and versions become signs. */
function anonymous(reply: string): string {
  return (
    reply
      .replace(/^[$=]\d+\r\n/, 'bulk ')
      .replace(/^\+\d+\.\d{6} /, 'at ')
      .replace(/127\.0\.0\.1:\d+/g, 'address')
      .replace(/\b(id|fd|age|idle|qbuf-free|rbs|rbp|tot-mem)=\d+/g, '$1=number')
      .replace(/version\r\n\$\d+\r\n\d+\.\d+\.\d+/g, 'version')
      .replace(/(\$2\r\nid\r\n:)\d+/g, '$1number')
      // 7.0 has no library's name, and tells to leave the protocol out.
      .replace(/ lib-name=\S* lib-ver=\S*(?=\n)/g, '')
      .replace('HELLO AUTH <user>', 'HELLO <proto> AUTH <user>')
  );
}

/**
 * Holds a conversation with both servers at once and compares what was said. One that only 7.2 can
 * hold is recorded, and held with Redstart alone when the reference is of another version.
 */
function conversation(
  name: string,
  hold: (talk: Conversation) => Promise<void>,
  options: { only?: '7.2' } = {},
): void {
  comparison(name, {}, async (pair: Pair) => {
    const [theirs, ours] = pair.servers.map(({ port }) => new Conversation(port));
    const talks = options.only === undefined || isReference72() ? [theirs, ours] : [ours];
    try {
      await Promise.all(talks.map(hold));
    } finally {
      for (const talk of talks) talk.close();
    }
    if (options.only === undefined) assert.deepEqual(ours.transcript, theirs.transcript);
    else assert.equal(ours.transcript.join(''), recorded(name, theirs.transcript.join('')));
  });
}

/** One connection sends all lines in one piece; everything up to its end is compared. */
function pipelined(name: string, lines: readonly string[]): void {
  conversation(name, async (talk) => {
    const client = await talk.connect();
    talk.write(client, ...lines, 'QUIT');
    talk.transcript.push(anonymous((await client.untilClosed()).toString('latin1')));
  });
}

pipelined('nothing runs behind QUIT', ['SET k v', 'QUIT now', 'SET k w', 'GET k']);

pipelined('CLIENT REPLY', [
  'CLIENT REPLY SKIP',
  'PING skipped',
  'PING 1',
  'CLIENT REPLY SKIP',
  'CLIENT REPLY SKIP',
  'PING skipped',
  'PING 2',
  'CLIENT REPLY SKIP',
  'NOSUCH skipped',
  'CLIENT REPLY SKIP',
  'GET',
  'CLIENT REPLY SKIP',
  'CLIENT REPLY maybe',
  'PING 3',
  'CLIENT REPLY SKIP',
  'CLIENT REPLY ON',
  'PING 4',
  'CLIENT REPLY OFF',
  'PING off',
  'CLIENT REPLY SKIP',
  'SET k v',
  'NOSUCH off',
  'CLIENT REPLY ON',
  'GET k',
  'CLIENT REPLY SKIP',
  'CLIENT REPLY OFF',
  'PING off',
  'RESET',
  'PING 5',
  'CLIENT REPLY SKIP',
  'RESET',
  'PING 6',
]);

pipelined('HELLO changes the protocol at once, and RESET changes it back', [
  'GET missing',
  'HELLO 3',
  'GET missing',
  'HELLO',
  'HELLO 2 SETNAME somebody',
  'CLIENT GETNAME',
  'GET missing',
  'HELLO 3 AUTH default anything SETNAME "" ',
  'CLIENT GETNAME',
  'RESET',
  'HELLO',
  'GET missing',
]);

conversation('CLIENT INFO and LIST, to the letter', async (talk) => {
  const client = await talk.connect();
  await talk.ask(client, 'CLIENT INFO');
  await talk.ask(client, 'SELECT 7');
  await talk.ask(client, 'CLIENT SETNAME somebody');
  await talk.ask(client, 'CLIENT NO-EVICT on');
  await talk.ask(client, 'HELLO 3');
  await talk.ask(client, 'CLIENT INFO');
  const other = await talk.connect();
  const id = await talk.idOf(client);
  await talk.ask(other, `CLIENT LIST ID ${id} ${id}`);
  talk.write(client, 'NOSUCH');
  await talk.hear(client);
  await talk.ask(other, `CLIENT LIST ID ${id}`);
  talk.write(client, 'GET');
  await talk.hear(client);
  await talk.ask(other, `CLIENT LIST ID ${id}`);
  await talk.ask(client, 'CLIENT NO-EVICT off');
  await talk.ask(client, 'RESET');
  await talk.ask(other, `CLIENT LIST ID ${id}`);
  client.write('*2\r\n$4\r\nECHO\r\n$10\r\n12345');
  // The bytes come when they come.
  while (!(await other.command('CLIENT', 'LIST', 'ID', id)).includes(' argv-mem=4 '));
  await talk.ask(other, `CLIENT LIST ID ${id}`);
  await talk.ask(other, `CLIENT KILL ID ${id}`);
  await talk.hear(client);
  await talk.ask(other, `CLIENT LIST ID ${id}`);
});

conversation(
  'CLIENT INFO shows NO-TOUCH and the library, which RESET leaves',
  async (talk) => {
    const client = await talk.connect();
    await talk.ask(client, 'CLIENT SETINFO lib-name redis.py');
    await talk.ask(client, 'CLIENT SETINFO lib-ver 1.2.3');
    await talk.ask(client, 'CLIENT NO-TOUCH on');
    await talk.ask(client, 'CLIENT NO-EVICT on');
    const shown = await talk.ask(client, 'CLIENT INFO');
    assert.match(shown, / flags=eT .* lib-name=redis\.py lib-ver=1\.2\.3\n/);
    await talk.ask(client, 'RESET');
    assert.match(await talk.ask(client, 'CLIENT INFO'), / flags=N .* lib-name=redis\.py /);
  },
  { only: '7.2' },
);

conversation('CLIENT KILL, old form', async (talk) => {
  const killer = await talk.connect();
  const victim = await talk.connect();
  await talk.ask(victim, 'PING');
  await talk.ask(killer, `CLIENT KILL ${victim.address}`);
  await talk.hear(victim);
  await talk.ask(killer, `CLIENT KILL ${victim.address}`);
  talk.write(killer, `CLIENT KILL ${killer.address}`, 'SET k v');
  await talk.hear(killer);
  await talk.hear(killer);
  await talk.ask(await talk.connect(), 'GET k');
});

conversation('CLIENT KILL, filters', async (talk) => {
  const [killer, a, b, c] = await Promise.all([1, 2, 3, 4].map(() => talk.connect()));
  for (const client of [killer, a, b, c]) await talk.ask(client, 'PING');
  const id = await talk.idOf(a);
  await talk.ask(killer, `CLIENT KILL ID ${id} ADDR ${b.address}`);
  await talk.ask(killer, `CLIENT KILL ID ${id} TYPE pubsub`);
  await talk.ask(killer, `CLIENT KILL ID ${id} TYPE normal USER default`);
  await talk.hear(a);
  await talk.ask(killer, `CLIENT KILL ADDR ${b.address} SKIPME yes`);
  await talk.hear(b);
  await talk.ask(killer, `CLIENT KILL ID ${await talk.idOf(killer)}`);
  await talk.ask(killer, 'PING');
  await talk.ask(killer, `CLIENT KILL ID ${await talk.idOf(killer)} SKIPME no`);
  await talk.hear(killer);
  await talk.ask(c, 'PING');
});

conversation('MONITOR shows what runs, and hides secrets', async (talk) => {
  const watcher = await talk.connect();
  const worker = await talk.connect();
  await talk.ask(watcher, 'MONITOR');
  await talk.ask(worker, 'SET k "a\\x00\\r\\n\\t\\a\\b\\"\\\\\\xff"');
  await talk.ask(worker, 'GET k');
  await talk.ask(worker, 'SELECT 3');
  await talk.ask(worker, 'CLIENT GETNAME');
  await talk.ask(worker, 'AUTH secret');
  await talk.ask(worker, 'AUTH nobody secret');
  await talk.ask(worker, 'HELLO 3 SETNAME auth AUTH nobody secret');
  await talk.ask(worker, 'HELLO 3 AUTH default secret SETNAME me');
  // None of these is shown: unknown, malformed or for administrators.
  await talk.ask(worker, 'NOSUCH');
  await talk.ask(worker, 'GET');
  await talk.ask(worker, 'CLIENT KILL 127.0.0.1:1');
  await talk.ask(worker, 'RESET');
  await talk.ask(worker, 'QUIT');
  for (let line = 0; line < 10; line++) await talk.hear(watcher);
});

conversation('who monitors sees itself and may not work with keys', async (talk) => {
  const watcher = await talk.connect();
  await talk.ask(watcher, 'MONITOR');
  talk.write(watcher, 'MONITOR', 'PING');
  await talk.hear(watcher);
  await talk.hear(watcher);
  await talk.ask(watcher, 'GET k');
  await talk.ask(watcher, 'SET k v');
  talk.write(watcher, 'CLIENT INFO', 'RESET');
  for (let reply = 0; reply < 3; reply++) await talk.hear(watcher);
  await talk.ask(watcher, 'GET k');
  await talk.ask(watcher, 'PING');
});

conversation('CLIENT PAUSE WRITE holds writes back, in order, until UNPAUSE', async (talk) => {
  const boss = await talk.connect();
  const writer = await talk.connect();
  const second = await talk.connect();
  await talk.ask(boss, 'SET k old');
  await talk.ask(boss, 'CLIENT PAUSE 100000 WRITE');
  talk.write(writer, 'GET k', 'SET k new', 'GET k', 'PING');
  await talk.hear(writer);
  talk.write(second, 'SET');
  await talk.hear(second);
  talk.write(second, 'SET j 1');
  await talk.ask(boss, 'GET k');
  const held = `CLIENT LIST ID ${await talk.idOf(boss)}`;
  await talk.ask(boss, held);
  talk.write(writer, 'PING later');
  // A shorter pause does not end the longer one.
  await talk.ask(boss, 'CLIENT PAUSE 1 WRITE');
  await talk.ask(boss, 'GET k');
  await talk.ask(boss, 'CLIENT UNPAUSE');
  for (let reply = 0; reply < 4; reply++) await talk.hear(writer);
  await talk.hear(second);
  await talk.ask(boss, 'GET k');
});

conversation('CLIENT PAUSE ALL ends by itself; WRITE does not weaken it', async (talk) => {
  const boss = await talk.connect();
  const reader = await talk.connect();
  talk.write(boss, 'SET k v', 'CLIENT PAUSE 150 ALL');
  await talk.hear(boss);
  await talk.hear(boss);
  talk.write(boss, 'CLIENT PAUSE 10 WRITE');
  const startMs = Date.now();
  talk.write(reader, 'GET k');
  await talk.hear(reader);
  assert.ok(Date.now() - startMs > 100, 'the pause was not kept');
  await talk.hear(boss);
});

conversation('keys do not expire during CLIENT PAUSE', async (talk) => {
  const client = await talk.connect();
  talk.write(client, 'SET k v PX 1', 'CLIENT PAUSE 100000 WRITE');
  await talk.hear(client);
  await talk.hear(client);
  while ((await client.command('GET', 'k')).toString() !== '$-1\r\n');
  await talk.ask(client, 'SCAN 0');
  await talk.ask(client, 'DBSIZE');
  await talk.ask(client, 'CLIENT UNPAUSE');
  await talk.ask(client, 'GET k');
  await talk.ask(client, 'DBSIZE');
});

conversation('requirepass', async (talk) => {
  const boss = await talk.connect();
  await talk.ask(boss, 'CONFIG SET requirepass "se\\x00cret"');
  // Who is in stays in.
  await talk.ask(boss, 'GET k');
  const client = await talk.connect();
  for (const line of [
    'GET k',
    'PING',
    'NOSUCH',
    'GET',
    'CLIENT ID x',
    'CLIENT SETNAME somebody',
    'HELLO',
    'HELLO 3',
    'HELLO 3 AUTH default wrong',
    'HELLO 5',
    'AUTH wrong',
    'AUTH se',
    'AUTH "se\\x00cret!"',
    'AUTH ""',
    'AUTH Default "se\\x00cret"',
    'AUTH default wrong',
    'AUTH a b c',
    'RESET',
    'AUTH "se\\x00cret"',
    'GET k',
    'AUTH wrong',
    'GET k',
    'RESET',
    'GET k',
    'HELLO 3 AUTH default "se\\x00cret" SETNAME me',
    'GET k',
    'CLIENT GETNAME',
  ]) {
    await talk.ask(client, line);
  }
  const outsider = await talk.connect();
  await talk.ask(outsider, 'GET k');
  await talk.ask(boss, 'CONFIG SET requirepass ""');
  await talk.ask(outsider, 'GET k');
  await talk.ask(outsider, 'HELLO 3');
  await talk.ask(outsider, 'AUTH secret');
  await talk.ask(outsider, 'AUTH default secret');
  await talk.ask(outsider, 'HELLO 3');
  await talk.ask(await talk.connect(), 'GET k');
});

conversation('who has not authenticated may not send much', async (talk) => {
  const boss = await talk.connect();
  await talk.ask(boss, 'CONFIG SET requirepass secret');
  for (const bytes of ['*11\r\n', '*1\r\n$16385\r\n']) {
    const client = await talk.connect();
    client.write(bytes);
    talk.transcript.push((await client.untilClosed()).toString('latin1'));
  }
  const client = await talk.connect();
  // The limits fall with the password, in the midst of a chunk.
  talk.write(client, 'AUTH secret', `PING ${'x'.repeat(20000)}`);
  await talk.hear(client);
  await talk.hear(client);
  await talk.ask(boss, 'CONFIG SET requirepass ""');
});

conversation('QUIT without replies ends the connection, too', async (talk) => {
  const client = await talk.connect();
  talk.write(client, 'CLIENT REPLY SKIP', 'PING', 'QUIT');
  talk.transcript.push((await client.untilClosed()).toString('latin1'));
});
