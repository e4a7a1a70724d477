// kill -9 at random moments while clients write and the journal is rewritten: after the next start
// every write that was answered is there with `always`, those of all but the last second with
// `everysec`; of a transaction both keys or none. REDSTART_RANDOM_SECONDS says how long (4 for each
// policy), REDSTART_RANDOM_SEED at which moments.
//
// The system keeps what the process has written, so this says nothing of syncs: for those the
// machine would have to lose power (test/engine/journal-crash.test.ts has a disk that does).
//
// Each client counts its own key up, in a database of its own, so that the key says how many of its
// writes are there.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { ServerProcess } from '../support/process.ts';
import { SeededRandom } from '../support/random.ts';
import { CLOSED, RawClient } from '../support/raw-client.ts';
import { freePort } from '../support/server.ts';

const SECONDS = Number(process.env.REDSTART_RANDOM_SECONDS ?? 4);
const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const CLIENTS = 5;
const RUN_MS_MAX = 600;
const STEP_MS = 50;
/** What everysec may lose, and how late a loaded machine may be. */
const CREDIT_MS = 1100;

interface Answer {
  readonly count: number;
  readonly atMs: number;
}

class Writer {
  readonly answers: Answer[] = [];
  readonly name: string;
  readonly database: number;
  private readonly client: RawClient;

  constructor(client: RawClient, database: number) {
    this.client = client;
    this.database = database;
    this.name = `k${database}`;
  }

  /** Writes until the server is gone. */
  async run(random: SeededRandom): Promise<void> {
    const { client, name, database } = this;
    if ((await client.command('SELECT', String(database))) === CLOSED) return;
    for (;;) {
      const size = random.below(4) === 0 ? random.below(60_000) : 10;
      const isPair = random.below(2) === 0;
      if (isPair) {
        client.write(`MULTI\r\nINCR ${name}\r\nINCR twin-${name}\r\nEXEC\r\n`);
        for (let i = 0; i < 3; i++) await client.reply();
      } else {
        client.write(`MULTI\r\nINCR ${name}\r\nSET pad-${name} ${'x'.repeat(size)}\r\n`);
        client.write(`INCR twin-${name}\r\nEXEC\r\n`);
        for (let i = 0; i < 4; i++) await client.reply();
      }
      const reply = await client.reply();
      if (reply === CLOSED) return;
      const count = Number(/:(\d+)/.exec(reply.toString('latin1'))?.[1]);
      this.answers.push({ count, atMs: performance.now() });
    }
  }
}

async function countOf(client: RawClient, key: string): Promise<number> {
  const reply = (await client.command('GET', key)).toString('latin1');
  return reply.startsWith('$-1') ? 0 : Number(reply.split('\r\n')[1]);
}

interface Running {
  readonly server: ServerProcess;
  readonly port: number;
}

async function startIn(path: string, policy: string): Promise<Running> {
  const port = await freePort();
  const args = ['--port', String(port), '--dir', path, '--appendonly', 'yes', '--save', ''];
  const server = new ServerProcess([...args, '--appendfsync', policy]);
  await server.ready();
  return { server, port };
}

/** Clients write until the server is killed. Returns them, and when that was. */
async function writeAndKill(
  { server, port }: Running,
  random: SeededRandom,
): Promise<{ writers: Writer[]; killedMs: number }> {
  const writers: Writer[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    writers.push(new Writer(await RawClient.connect(port), i));
  }
  const runs = writers.map((writer) => writer.run(random));
  const control = await RawClient.connect(port);
  const runMs = 20 + random.below(RUN_MS_MAX);
  for (let ms = 0; ms < runMs; ms += STEP_MS) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(STEP_MS, runMs - ms)));
    if (random.below(4) === 0) control.write('BGREWRITEAOF\r\n');
  }
  server.signal('SIGKILL');
  const killedMs = performance.now();
  await server.ended;
  await Promise.all(runs);
  return { writers, killedMs };
}

async function verify(
  { port }: Running,
  { name, database, answers }: Writer,
  sureUntilMs: number,
): Promise<void> {
  const client = await RawClient.connect(port);
  await client.command('SELECT', String(database));
  const value = await countOf(client, name);
  assert.equal(await countOf(client, `twin-${name}`), value, `${name}: half a transaction`);
  const last = answers.filter(({ atMs }) => atMs < sureUntilMs).at(-1)?.count ?? 0;
  assert.ok(value >= last, `${name}: ${last} was answered, ${value} is there`);
  client.close();
}

for (const policy of ['always', 'everysec']) {
  test(`kill -9 with ${policy}, REDSTART_RANDOM_SEED=${SEED}`, async () => {
    const path = mkdtempSync(join(tmpdir(), 'redstart-kill-'));
    const random = new SeededRandom(SEED);
    const endMs = performance.now() + SECONDS * 1000;
    let rounds = 0;
    let answered = 0;
    try {
      let running = await startIn(path, policy);
      for (; rounds === 0 || performance.now() < endMs; rounds++) {
        const { writers, killedMs } = await writeAndKill(running, random);
        running = await startIn(path, policy);
        const sureUntilMs = policy === 'always' ? killedMs + CREDIT_MS : killedMs - CREDIT_MS;
        for (const writer of writers) await verify(running, writer, sureUntilMs);
        for (const { answers } of writers) answered += answers.length;
      }
      await running.server.stop();
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
    console.log(`${policy}: ${rounds} rounds, ${answered} writes were answered`);
  });
}
