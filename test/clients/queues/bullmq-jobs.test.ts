// BullMQ: jobs come in their order, whatever it is made of, and are done once each.
import assert from 'node:assert/strict';
import { type Job, Queue, Worker } from 'bullmq';
import { events, program } from '../../support/queue-world.ts';

const HOUR_MS = 3600_000;

program(
  'BullMQ: jobs by their priorities, first in or last in, in bulk, with ids of their own',
  {
    counts: { waiting: 5, prioritized: 3, delayed: 0 },
    first: ['last in', 'plain', 'bulk 1', 'bulk 2', 'named', 'priority 1', 'priority 2', 'low'],
    again: 'named',
    result: { did: 'named' },
  },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('jobs', { connection }));
    await queue.add('plain', { text: 'größe', list: [1, 2.5, null], nested: { yes: true } });
    await queue.add('low', {}, { priority: 2_000_000 });
    await queue.add('priority 2', {}, { priority: 2 });
    await queue.add('priority 1', {}, { priority: 1 });
    await queue.addBulk([
      { name: 'bulk 1', data: 1 },
      { name: 'bulk 2', data: 2 },
    ]);
    const named = await queue.add('named', { of: 'mine' }, { jobId: 'named' });
    const again = await queue.add('named', { of: 'another' }, { jobId: 'named' });
    await queue.add('last in', {}, { lifo: true });
    const counts = await queue.getJobCounts('waiting', 'prioritized', 'delayed');
    const first: string[] = [];
    const process = async (job: Job): Promise<{ did: string }> => {
      first.push(job.name);
      return { did: job.name };
    };
    await events(world.use(new Worker('jobs', process, { connection })), 'completed', 8);
    const result = (await queue.getJob(named.id ?? ''))?.returnvalue;
    return { counts, first, again: again.id, result };
  },
);

program(
  'BullMQ: delayed jobs come when they are due, or are promoted, or changed',
  {
    before: ['hour', 'two hours', 'day'],
    done: ['promoted', 'hour', 'two hours', 'brought forward'],
    rest: ['day'],
  },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('delayed', { connection }));
    await queue.add('two hours', {}, { delay: 2 * HOUR_MS });
    await queue.add('hour', {}, { delay: HOUR_MS });
    await queue.add('day', {}, { delay: 24 * HOUR_MS });
    const before = (await queue.getDelayed()).map((job) => job.name);
    const promoted = await queue.add('promoted', {}, { delay: 5 * HOUR_MS });
    await promoted.promote();
    const forward = await queue.add('brought forward', {}, { delay: 50 * HOUR_MS });
    await forward.changeDelay(3 * HOUR_MS);
    const done: string[] = [];
    const note = async (job: Job): Promise<void> => {
      done.push(job.name);
    };
    for (let hour = 0; hour < 4; hour++) {
      const worker = world.use(new Worker('delayed', note, { connection }));
      await events(worker, 'completed', 1);
      await worker.close();
      world.pass(HOUR_MS);
    }
    return { before, done, rest: (await queue.getDelayed()).map((job) => job.name) };
  },
);

program('BullMQ: two workers share jobs, and each is done once', 60, async (world) => {
  const { connection } = world;
  const queue = world.use(new Queue('shared', { connection }));
  const names = Array.from({ length: 60 }, (_, index) => `job ${index}`);
  await queue.addBulk(names.map((name) => ({ name, data: {} })));
  const done: string[][] = [[], []];
  let bothWork = (): void => {};
  const both = new Promise<void>((resolve) => {
    bothWork = resolve;
  });
  const busy = new Set<number>();
  const workers = done.map((list, index) => {
    const process = async (job: Job): Promise<void> => {
      if (busy.add(index).size === 2) bothWork();
      await both;
      list.push(job.name);
    };
    return world.use(new Worker('shared', process, { connection, concurrency: 3 }));
  });
  await new Promise<void>((resolve) => {
    for (const worker of workers) {
      worker.on('completed', () => {
        if (done.flat().length === 60) resolve();
      });
    }
  });
  await Promise.all(workers.map((worker) => worker.close()));
  // It wakes workers; whether one was waiting when it came is chance.
  await world.redis().del('bull:shared:marker');
  assert.ok(done.every((list) => list.length > 0));
  assert.deepEqual(done.flat().sort(), names.sort());
  return queue.getCompletedCount();
});

program(
  'BullMQ: jobs without duplicates',
  { ids: ['1', '1', '3', '4', '5'], kept: { n: 5 }, mark: '5' },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('single', { connection }));
    const simple = { deduplication: { id: 'simple' } };
    const first = await queue.add('a', { n: 1 }, simple);
    const second = await queue.add('a', { n: 2 }, simple);
    const spaced = { deduplication: { id: 'spaced', ttl: HOUR_MS } };
    const third = await queue.add('b', { n: 3 }, spaced);
    const latest = {
      deduplication: { id: 'latest', ttl: HOUR_MS, extend: true, replace: true },
      delay: HOUR_MS,
    };
    const fourth = await queue.add('c', { n: 4 }, latest);
    const fifth = await queue.add('c', { n: 5 }, latest);
    const ids = [first, second, third, fourth, fifth].map((job) => job.id);
    const kept = (await queue.getDelayed()).map((job) => job.data)[0];
    return { ids, kept, mark: await queue.getDeduplicationJobId('latest') };
  },
);
