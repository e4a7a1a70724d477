// BullMQ: jobs that come again and again.
import { type Job, Queue, Worker } from 'bullmq';
import { events, MOMENT, program } from '../../support/queue-world.ts';

const MINUTE_MS = 60_000;

program(
  'BullMQ: schedulers that repeat by an interval and by a pattern',
  {
    schedulers: [
      ['every minute', MINUTE_MS, 0],
      ['at noon', '0 0 12 * * *', MOMENT + 12 * 60 * MINUTE_MS],
    ],
    done: ['tick 0', 'tick 60000', 'tick 120000'],
    delayed: ['noon', 'tick'],
    removed: [true, false],
    count: 1,
  },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('repeated', { connection }));
    const every = { every: MINUTE_MS };
    const data = { of: 'the scheduler', n: [1, 2, 3] };
    const template = { name: 'tick', data, opts: { attempts: 2, removeOnComplete: 1 } };
    await queue.upsertJobScheduler('every minute', every, template);
    const noon = { pattern: '0 0 12 * * *', tz: 'UTC', limit: 10 };
    await queue.upsertJobScheduler('at noon', noon, { name: 'noon', data: 'lunch' });
    const known = await queue.getJobSchedulers();
    const schedulers = known
      .map(({ key, every, pattern, next = 0 }) => [
        key,
        every ?? pattern,
        every === undefined ? next : 0,
      ])
      .sort(([a], [b]) => (String(a) > String(b) ? -1 : 1));
    const done: string[] = [];
    const process = async (job: Job): Promise<void> => {
      done.push(`${job.name} ${Date.now() - MOMENT}`);
    };
    for (let minute = 0; minute < 3; minute++) {
      const worker = world.use(new Worker('repeated', process, { connection }));
      await events(worker, 'completed', 1);
      await worker.close();
      world.pass(MINUTE_MS);
    }
    const delayed = (await queue.getDelayed()).map((job) => job.name).sort();
    const removed = [
      await queue.removeJobScheduler('every minute'),
      await queue.removeJobScheduler('never'),
    ];
    return { schedulers, done, delayed, removed, count: await queue.getJobSchedulersCount() };
  },
);

program(
  'BullMQ: a scheduler that is changed, and one that ends',
  { every: [5 * MINUTE_MS, 2], template: { v: 2 }, ended: 2, rest: 0 },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('changed', { connection }));
    await queue.upsertJobScheduler('s', { every: MINUTE_MS }, { data: { v: 1 } });
    await queue.upsertJobScheduler('s', { every: 5 * MINUTE_MS, limit: 2 }, { data: { v: 2 } });
    const changed = await queue.getJobScheduler('s');
    let ended = 0;
    const process = async (): Promise<void> => {
      ended++;
    };
    for (let round = 0; round < 2; round++) {
      const worker = world.use(new Worker('changed', process, { connection }));
      await events(worker, 'completed', 1);
      await worker.close();
      world.pass(5 * MINUTE_MS);
    }
    const every = [changed?.every, changed?.limit];
    const rest = await queue.getDelayedCount();
    return { every, template: changed?.template?.data, ended, rest };
  },
);
