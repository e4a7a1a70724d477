// BullMQ: what a worker was at when its process was killed is done by another one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Queue, Worker } from 'bullmq';
import { events, program, type World } from '../../support/queue-world.ts';

const VICTIM = fileURLToPath(new URL('../../support/queue-worker-process.js', import.meta.url));

/** Kills a process as soon as its worker has begun with a job. */
async function takeAndDie(world: World, queue: string): Promise<void> {
  const args = [VICTIM, String(world.port), queue];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await closed;
}

/** Whether a worker was still to be woken, and how long the last check was ago, is chance. */
async function forgetChance(world: World): Promise<void> {
  await world.redis().del('bull:stalling:marker', 'bull:stalling:stalled-check');
}

program(
  'BullMQ: the job of a killed worker is done by another',
  { states: ['active', 'completed'], stalled: ['1'], names: ['important', 'next'], times: 1 },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('stalling', { connection }));
    const job = await queue.add('important', { amount: 100 });
    await takeAndDie(world, 'stalling');
    await queue.add('next', {});
    const states = [await job.getState()];
    const names: string[] = [];
    const stalled: string[] = [];
    const process = async (job: { name: string }): Promise<void> => {
      names.push(job.name);
    };
    const worker = new Worker('stalling', process, { connection, stalledInterval: 50 });
    worker.on('stalled', (id) => stalled.push(id));
    await events(world.use(worker), 'completed', 2);
    await worker.close();
    await forgetChance(world);
    states.push(await job.getState());
    const times = (await queue.getJob('1'))?.stalledCounter;
    return { states, stalled, names: names.sort(), times };
  },
  { isTimed: true },
);

program(
  'BullMQ: a job that stalls too often fails',
  ['failed', 'job stalled more than allowable limit'],
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('stalling', { connection }));
    await queue.add('deadly', {});
    await takeAndDie(world, 'stalling');
    const options = { connection, stalledInterval: 50, maxStalledCount: 0 };
    const worker = world.use(new Worker('stalling', async () => {}, options));
    await events(worker, 'failed', 1);
    await worker.close();
    await forgetChance(world);
    const job = await queue.getJob('1');
    return [await job?.getState(), job?.failedReason];
  },
  { isTimed: true },
);
