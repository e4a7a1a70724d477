// BullMQ: queues that are paused, emptied, cleaned, slowed down and looked at.
import assert from 'node:assert/strict';
import { type Job, Queue, Worker } from 'bullmq';
import { events, program, type World } from '../../support/queue-world.ts';

async function queueOf(world: World, names: readonly string[]): Promise<Queue> {
  const queue = world.use(new Queue('q', { connection: world.connection }));
  await queue.addBulk(names.map((name) => ({ name, data: {} })));
  return queue;
}

async function work(
  world: World,
  count: number,
  process: (job: Job) => Promise<unknown> = async () => {},
  options: object = {},
): Promise<void> {
  const worker = world.use(new Worker('q', process, { connection: world.connection, ...options }));
  await events(worker, 'completed', count);
  await worker.close();
}

program(
  'BullMQ: a paused queue',
  {
    isPaused: [true, false],
    counts: { waiting: 3, active: 0 },
    during: 0,
    done: ['a', 'b', 'c'],
  },
  async (world) => {
    const queue = await queueOf(world, ['a', 'b']);
    await queue.pause();
    await queue.add('c', {});
    const isPaused = [await queue.isPaused()];
    const done: string[] = [];
    const process = async (job: Job): Promise<void> => {
      done.push(job.name);
    };
    const worker = world.use(new Worker('q', process, { connection: world.connection }));
    // It has asked for a job, and got none.
    await events(worker, 'drained', 1);
    const during = done.length;
    const counts = await queue.getJobCounts('waiting', 'active');
    const all = events(worker, 'completed', 3);
    await queue.resume();
    isPaused.push(await queue.isPaused());
    await all;
    await worker.close();
    return { isPaused, counts, during, done };
  },
);

program(
  'BullMQ: jobs are drained, removed and cleaned away',
  {
    drained: { waiting: 0, prioritized: 0, delayed: 1 },
    removed: 0,
    cleaned: ['2', '3'],
    left: { completed: 2, waiting: 0, delayed: 0 },
  },
  async (world) => {
    const queue = await queueOf(world, ['a', 'b']);
    await queue.add('prioritized', {}, { priority: 3 });
    await queue.add('delayed', {}, { delay: 1000 });
    await queue.drain();
    const drained = await queue.getJobCounts('waiting', 'prioritized', 'delayed');
    await queue.drain(true);
    await (await queue.add('removed', {})).remove();
    const removed = await queue.getWaitingCount();
    await queue.obliterate();
    await queue.addBulk(['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, data: {} })));
    await queue.remove('1');
    await work(world, 4);
    world.pass(1000);
    const cleaned = await queue.clean(500, 2, 'completed');
    const left = await queue.getJobCounts('completed', 'waiting', 'delayed');
    return { drained, removed, cleaned: cleaned.map(String).sort(), left };
  },
);

program('BullMQ: a queue is obliterated', ['id', 'marker', 'meta'], async (world) => {
  const queue = await queueOf(world, ['a', 'b', 'c']);
  const other = world.use(new Queue('other', { connection: world.connection }));
  await (await other.add('kept', {})).remove();
  await work(world, 3);
  await queue.add('d', {}, { delay: 1000 });
  await queue.add('e', {}, { priority: 1000 });
  await queue.upsertJobScheduler('s', { every: 1000 });
  await queue.obliterate({ force: true, count: 2 });
  await queue.close();
  const keys = await world.redis().keys('*');
  const kept = keys.filter((key) => key.startsWith('bull:other:') && !key.endsWith(':events'));
  assert.deepEqual(
    keys.filter((key) => key.startsWith('bull:q:')),
    [],
  );
  return kept.map((key) => key.slice('bull:other:'.length)).sort();
});

program(
  'BullMQ: a limit on the rate, by the queue and by a worker',
  { maxed: [true, false], isLimited: [false, true], done: 3, isSlow: true },
  async (world) => {
    const queue = await queueOf(world, ['a', 'b', 'c']);
    await queue.setGlobalConcurrency(1);
    const maxed: boolean[] = [];
    let done = 0;
    const process = async (): Promise<void> => {
      if (done++ === 0) maxed.push(await queue.isMaxed());
    };
    const limiter = { max: 1, duration: 100 };
    const startMs = performance.now();
    await work(world, 3, process, { limiter, concurrency: 3 });
    const isSlow = performance.now() - startMs > 150;
    maxed.push(await queue.isMaxed());
    await queue.removeGlobalConcurrency();
    await queue.removeRateLimitKey();
    // Whether the worker waited when it was woken, and whether the queue was drained before the
    // limit was over, is chance.
    await world.redis().del('bull:q:marker', 'bull:q:events');
    const isLimited = [(await queue.getRateLimitTtl()) > 0];
    await queue.rateLimit(100_000);
    isLimited.push((await queue.getRateLimitTtl()) > 0);
    return { maxed, isLimited, done, isSlow };
  },
  { isTimed: true },
);

program(
  'BullMQ: what getters tell',
  {
    counts: { active: 0, completed: 2, delayed: 1, failed: 1, prioritized: 1 },
    waiting: 2,
    'waiting-children': 0,
    first: ['late', 'urgent'],
    range: ['w2', 'w1'],
    metrics: { meta: { count: 2, prevTS: 1767225600000, prevCount: 0 }, data: [], count: 0 },
    priorities: { 0: 2, 1: 0, 7: 1 },
    states: ['completed', 'failed', 'waiting', 'delayed', 'prioritized', 'unknown'],
  },
  async (world) => {
    const queue = await queueOf(world, ['ok', 'bad', 'ok']);
    const process = async (job: Job): Promise<void> => {
      if (job.name === 'bad') throw Object.assign(new Error('bad'), { stack: 'bad' });
    };
    await work(world, 2, process, { metrics: { maxDataPoints: 10 } });
    await queue.addBulk(['w1', 'w2'].map((name) => ({ name, data: {} })));
    await queue.add('late', {}, { delay: 1000 });
    await queue.add('urgent', {}, { priority: 7 });
    const { waiting, 'waiting-children': children, ...counts } = await queue.getJobCounts();
    const named = async (found: Promise<Job[]>): Promise<string[]> =>
      (await found).map((job) => job.name);
    const metrics = await queue.getMetrics('completed');
    const ids = ['1', '2', '4', '6', '7', '8'];
    return {
      counts,
      waiting,
      'waiting-children': children,
      first: await named(queue.getJobs(['delayed', 'prioritized'], 0, 0)),
      range: await named(queue.getJobs(['waiting'], 0, -1, false)),
      metrics,
      priorities: await queue.getCountsPerPriority([0, 1, 7]),
      states: await Promise.all(ids.map((id) => queue.getJobState(id))),
    };
  },
);
