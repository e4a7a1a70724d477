// What BullMQ asks of a server, recorded by MONITOR of a reference while queues are used as people
// use them: scripts with their real keys and arguments, and what goes between them.
import { createHash } from 'node:crypto';
import net from 'node:net';
import { FlowProducer, Queue, Worker } from 'bullmq';
import { reference, withServer } from './servers.ts';

/** Keys of the recording begin with it; a name of the same length may be put in its place. */
export const QUEUE = 'bull:work';

export interface RecordedCall {
  /** Words, one character a byte; of a script's call its digest, not its source. */
  readonly words: readonly string[];
  /** The digest of its script; '' of what is no script. */
  readonly sha: string;
}

export interface Recording {
  readonly calls: readonly RecordedCall[];
  /** Sources by digests. */
  readonly sources: ReadonlyMap<string, string>;
}

const JOBS = 60;
const FAMILIES = 4;
/** What clients say of themselves, what waits for others, and what would hold a pipeline's end. */
const LEFT_OUT =
  /^(hello|client|info|script|config|command|auth|select|ping|monitor|xread|quit|multi|exec)$/i;
const WORD = /"((?:[^"\\]|\\.)*)"/g;
const ESCAPE = /\\(?:x([0-9a-f]{2})|(.))/g;
const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
};

/** Runs the queues against a reference. */
export function recordQueues(): Promise<Recording> {
  return withServer(reference, async ({ port }) => {
    const lines = await monitor(port);
    await useQueues(port);
    return recordingOf(await lines());
  });
}

async function useQueues(port: number): Promise<void> {
  const connection = { host: '127.0.0.1', port };
  const items = Array.from({ length: 10 }, (_, i) => ({ sku: `SKU-${i}`, count: i, price: i / 4 }));
  const data = { user: { id: 12345, name: 'Ada Lovelace', mail: 'ada@example.com' }, items };
  const queue = new Queue('work', { connection });
  const flow = new FlowProducer({ connection });
  const options = { attempts: 3, backoff: { type: 'fixed', delay: 5 }, removeOnComplete: 100 };
  for (let i = 0; i < JOBS; i++) await queue.add(`job ${i}`, data, options);
  for (let i = 0; i < JOBS; i++) await queue.add(`job ${i}`, data, { priority: (i % 5) + 1 });
  for (let i = 0; i < JOBS; i++) await queue.add(`job ${i}`, data, { delay: 10 * (i % 4) + 1 });
  await queue.upsertJobScheduler('often', { every: 40 }, { name: 'tick', data });
  const child = { name: 'child', queueName: 'work', data };
  for (let i = 0; i < FAMILIES; i++) {
    await flow.add({ name: 'parent', queueName: 'work', data, children: [child, child] });
  }
  await work(connection, 3 * (JOBS + FAMILIES));
  await queue.pause();
  await queue.resume();
  await queue.retryJobs({ count: 10 });
  await queue.getJobCounts();
  await queue.getJobs(['completed', 'failed'], 0, 20);
  await queue.removeJobScheduler('often');
  await queue.drain(true);
  await Promise.all([queue.close(), flow.close()]);
}

/** Two workers, until so many jobs are done; some fail first. */
async function work(connection: { host: string; port: number }, count: number): Promise<void> {
  let runs = 0;
  let done = 0;
  const workers: Worker[] = [];
  await new Promise<void>((resolve) => {
    for (let i = 0; i < 2; i++) {
      const worker = new Worker(
        'work',
        async (job) => {
          await job.updateProgress(50);
          if (++runs % 7 === 0 && job.attemptsMade === 0) throw new Error('again');
          return { runs };
        },
        { connection, concurrency: 3, stalledInterval: 100, limiter: { max: 80, duration: 50 } },
      );
      worker.on('completed', () => {
        if (++done >= count) resolve();
      });
      workers.push(worker);
    }
  });
  await Promise.all(workers.map((worker) => worker.close()));
}

/** Watches a server; what it resolves to ends that, and gives the lines. */
async function monitor(port: number): Promise<() => Promise<string[]>> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.setEncoding('latin1');
  const isThere = (): boolean => text.includes('\n');
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (isThere()) resolve();
    });
    socket.write('MONITOR\r\n');
  });
  return async () => {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.end();
    await closed;
    return text.split('\r\n');
  };
}

function recordingOf(lines: readonly string[]): Recording {
  const sources = new Map<string, string>();
  const calls: RecordedCall[] = [];
  for (const line of lines) {
    const words = [...line.matchAll(WORD)].map(([, word]) => unescaped(word));
    if (words.length === 0 || / lua\] /.test(line) || LEFT_OUT.test(words[0])) continue;
    const name = words[0].toLowerCase();
    if (name === 'eval') {
      const sha = createHash('sha1').update(words[1], 'latin1').digest('hex');
      sources.set(sha, words[1]);
      calls.push({ words: ['EVALSHA', sha, ...words.slice(2)], sha });
    } else if (name === 'evalsha') {
      // The source of what is not known yet comes next.
      if (sources.has(words[1])) calls.push({ words, sha: words[1] });
    } else if (name === 'bzpopmin') {
      calls.push({ words: ['ZPOPMIN', words[1]], sha: '' });
    } else calls.push({ words, sha: '' });
  }
  return { calls, sources };
}

function unescaped(word: string): string {
  return word.replace(ESCAPE, (_, digits: string | undefined, character: string) =>
    digits === undefined
      ? (CONTROLS[character] ?? character)
      : String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
