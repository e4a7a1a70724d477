// Bull, the queue before BullMQ.
import Queue from 'bull';
import { events, program, type World } from '../../support/queue-world.ts';

function bull(world: World): Queue.Queue {
  return world.use(new Queue('work', { redis: { host: '127.0.0.1', port: world.port } }));
}

program(
  'Bull: jobs by their priorities, first in or last in, delayed, tried again',
  {
    order: ['last in', 'urgent', 'plain', 'twice 0', 'bad', 'twice 1'],
    counts: { waiting: 0, active: 0, completed: 4, failed: 1, delayed: 1, paused: 0 },
    reason: 'hopeless',
    progress: 50,
    result: { did: 'plain' },
  },
  async (world) => {
    const queue = bull(world);
    const plain = await queue.add({ name: 'plain', text: 'größe' });
    await queue.add({ name: 'twice' }, { attempts: 2, stackTraceLimit: 0 });
    await queue.add({ name: 'bad' }, { stackTraceLimit: 0 });
    await queue.add({ name: 'urgent' }, { priority: 1 });
    await queue.add({ name: 'last in' }, { lifo: true });
    await queue.add({ name: 'late' }, { delay: 3600_000 });
    const order: string[] = [];
    const ended = [events(queue, 'completed', 4), events(queue, 'failed', 2)];
    queue.process(async (job) => {
      const { name } = job.data as { name: string };
      order.push(name === 'twice' ? `${name} ${job.attemptsMade}` : name);
      await job.progress(50);
      if (name === 'bad') throw new Error('hopeless');
      if (name === 'twice' && job.attemptsMade === 0) throw new Error('again');
      return { did: name };
    });
    await Promise.all(ended);
    const counts = await queue.getJobCounts();
    const [failed] = await queue.getFailed();
    const done = await queue.getJob(plain.id);
    const progress = done?.progress();
    return { order, counts, reason: failed.failedReason, progress, result: done?.returnvalue };
  },
);

program(
  'Bull: a queue is paused, cleaned and emptied, and repeats',
  { paused: 2, resumed: 2, repeatable: ['0 12 * * *'], cleaned: 2, rest: 0 },
  async (world) => {
    const queue = bull(world);
    await queue.pause();
    await queue.addBulk([{ data: { n: 1 } }, { data: { n: 2 } }]);
    const paused = await queue.getPausedCount();
    await queue.resume();
    const resumed = await queue.getWaitingCount();
    await queue.add({ of: 'noon' }, { repeat: { cron: '0 12 * * *', tz: 'UTC' } });
    const repeatable = (await queue.getRepeatableJobs()).map(({ cron }) => cron);
    const done = events(queue, 'completed', 2);
    queue.process(2, async () => {});
    await done;
    world.pass(1000);
    const cleaned = (await queue.clean(0, 'completed')).length;
    await queue.removeRepeatable({ cron: '0 12 * * *', tz: 'UTC' });
    await queue.empty();
    return { paused, resumed, repeatable, cleaned, rest: await queue.count() };
  },
);
