// BullMQ: what becomes of jobs that fail, are given back, or say how far they are.
import { DelayedError, type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
import { events, program } from '../../support/queue-world.ts';

program(
  'BullMQ: jobs that fail are tried again, later each time, and then kept as failed',
  {
    tries: ['fixed 0', 'growing 0', 'hopeless 0', 'fixed 1', 'growing 1', 'growing 2'],
    failed: [
      ['growing', 'failure of growing', 3],
      ['hopeless', 'no use', 1],
    ],
    completed: ['fixed'],
    logs: ['try 1', 'try 4'],
  },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('failures', { connection }));
    await queue.add('fixed', {}, { attempts: 3, backoff: 1000, stackTraceLimit: 1 });
    const backoff = { type: 'exponential', delay: 1000 };
    await queue.add('growing', {}, { attempts: 3, backoff, stackTraceLimit: 0 });
    await queue.add('hopeless', {}, { attempts: 5, stackTraceLimit: 0 });
    const tries: string[] = [];
    const process = async (job: Job): Promise<void> => {
      tries.push(`${job.name} ${job.attemptsMade}`);
      await job.log(`try ${tries.length}`);
      if (job.name === 'hopeless') throw new UnrecoverableError('no use');
      if (job.name === 'growing' || job.attemptsMade === 0) throw failure(job.name);
    };
    for (const [failures, passMs] of [
      [3, 1000],
      [1, 2000],
      [1, 0],
    ]) {
      const worker = world.use(new Worker('failures', process, { connection }));
      await events(worker, 'failed', failures);
      // The successful one of the second round may come behind.
      if (failures === 1 && passMs > 0) await completedCount(queue, worker, 1);
      await worker.close();
      world.pass(passMs);
    }
    const failed = await queue.getFailed();
    return {
      tries,
      failed: failed.map((job) => [job.name, job.failedReason, job.attemptsMade]).sort(),
      completed: (await queue.getCompleted()).map((job) => job.name),
      logs: (await queue.getJobLogs('1')).logs,
    };
  },
);

program(
  'BullMQ: failed jobs are retried by hand, one and all',
  { states: ['failed', 'waiting'], counts: [0, 0, 0], completed: 4 },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('retries', { connection }));
    const names = ['a', 'b', 'c', 'd'];
    await queue.addBulk(names.map((name) => ({ name, data: {}, opts: { stackTraceLimit: 0 } })));
    let isBroken = true;
    const process = async (): Promise<void> => {
      if (isBroken) throw failure('it');
    };
    const worker = world.use(new Worker('retries', process, { connection }));
    await events(worker, 'failed', 4);
    await worker.close();
    isBroken = false;
    const [job] = await queue.getFailed();
    const states = [await job.getState()];
    await job.retry();
    states.push(await job.getState());
    await queue.retryJobs({ count: 2 });
    const counts = await Promise.all([
      queue.getFailedCount(),
      queue.getActiveCount(),
      queue.getDelayedCount(),
    ]);
    await events(world.use(new Worker('retries', process, { connection })), 'completed', 4);
    return { states, counts, completed: await queue.getCompletedCount() };
  },
);

program(
  'BullMQ: a job that puts itself off, and one that tells its progress and changes its data',
  {
    seen: ['later 0', 'teller 0', 'later 1'],
    progress: { percent: 100 },
    data: { step: 2 },
    started: [2, 1],
  },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('steps', { connection }));
    const later = await queue.add('later', { step: 0 });
    const teller = await queue.add('teller', { step: 0 });
    const seen: string[] = [];
    const process = async (job: Job, token?: string): Promise<void> => {
      seen.push(`${job.name} ${job.data.step}`);
      if (job.name === 'later' && job.data.step === 0) {
        await job.updateData({ step: 1 });
        await job.moveToDelayed(Date.now() + 5000, token);
        throw new DelayedError();
      }
      if (job.name === 'teller') {
        await job.updateProgress(50);
        await job.updateData({ step: 2 });
        await job.updateProgress({ percent: 100 });
      }
    };
    const worker = world.use(new Worker('steps', process, { connection }));
    await events(worker, 'completed', 1);
    await worker.close();
    world.pass(5000);
    await events(world.use(new Worker('steps', process, { connection })), 'completed', 1);
    const told = await queue.getJob(teller.id ?? '');
    const put = await queue.getJob(later.id ?? '');
    return {
      seen,
      progress: told?.progress,
      data: told?.data,
      started: [put?.attemptsStarted, told?.attemptsStarted],
    };
  },
);

/** Without a trace, whose places differ. */
function failure(name: string): Error {
  const error = new Error(`failure of ${name}`);
  error.stack = `Error: failure of ${name}`;
  return error;
}

async function completedCount(queue: Queue, worker: Worker, count: number): Promise<void> {
  while ((await queue.getCompletedCount()) < count) await events(worker, 'completed', 1);
}
