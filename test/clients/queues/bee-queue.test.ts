// bee-queue, which talks to the server by way of the old node_redis 3.
import BeeQueue from 'bee-queue';
import { events, program, type World } from '../../support/queue-world.ts';

interface Sum {
  readonly x: number;
  readonly y: number;
}

function bee(world: World, settings: BeeQueue.QueueSettings = {}): BeeQueue<Sum> {
  const redis = { host: '127.0.0.1', port: world.port };
  return world.use(new BeeQueue<Sum>('sums', { redis, ...settings }));
}

program(
  'bee-queue: jobs that succeed, fail, are tried again, come later',
  {
    results: [3, 7],
    progress: [50, 50],
    failed: 'too much',
    health: { waiting: 0, active: 0, succeeded: 2, failed: 1, delayed: 1, newestJob: 4 },
    tries: 4,
  },
  async (world) => {
    const queue = bee(world);
    const workers = bee(world, { activateDelayedJobs: true });
    await workers.ready();
    const progress: number[] = [];
    const results: number[] = [];
    let failed = '';
    const small = queue.createJob({ x: 1, y: 2 });
    const large = queue.createJob({ x: 3, y: 4 });
    const huge = queue.createJob({ x: 1e9, y: 1e9 }).retries(1);
    const late = queue.createJob({ x: 0, y: 0 }).delayUntil(Date.now() + 3600_000);
    const ended = [events(huge, 'failed', 1)];
    huge.on('failed', (error) => {
      failed = error.message;
    });
    for (const job of [small, large]) {
      job.on('progress', (percent: number) => progress.push(percent));
      job.on('succeeded', (result: number) => results.push(result));
      ended.push(events(job, 'succeeded', 1));
    }
    for (const job of [small, large, huge, late]) await job.save();
    let tries = 0;
    workers.process(async (job) => {
      tries++;
      const { x, y } = job.data;
      if (x > 1e6) throw Object.assign(new Error('too much'), { stack: 'too much' });
      job.reportProgress(50);
      return x + y;
    });
    await Promise.all(ended);
    const health = await queue.checkHealth();
    return { results, progress, failed, health, tries };
  },
);

program('bee-queue: removed jobs and a destroyed queue', [0, 1, false], async (world) => {
  const queue = bee(world);
  const job = await queue.createJob({ x: 1, y: 1 }).save();
  await queue.removeJob(job.id);
  const { waiting } = await queue.checkHealth();
  await queue.createJob({ x: 2, y: 2 }).save();
  const page = await queue.getJobs('waiting', { start: 0, end: 10 });
  const redis = world.redis();
  await redis.set('kept', 'v');
  await queue.destroy();
  return [waiting, page.length, (await redis.exists('bq:sums:id')) === 1];
});
