// BullMQ: what is heard of a queue elsewhere, through its stream of events.
import { Queue, QueueEvents, Worker } from 'bullmq';
import { events, program } from '../../support/queue-world.ts';

const NAMES = [
  'added',
  'waiting',
  'active',
  'progress',
  'completed',
  'failed',
  'delayed',
  'paused',
  'resumed',
  'removed',
  'drained',
] as const;

program(
  'BullMQ: events of a queue in their order',
  [
    'added 1',
    'waiting 1',
    'added 2',
    'waiting 2',
    'added 3',
    'delayed 3',
    'paused',
    'resumed',
    'active 1',
    'progress 1',
    'completed 1 "fine"',
    'active 2',
    'failed 2 bad',
    'removed 3',
  ],
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('heard', { connection }));
    const heard: string[] = [];
    const options = { connection, lastEventId: '0' };
    const listener = world.use(new QueueEvents('heard', options));
    for (const name of NAMES) {
      listener.on(name, (event: object) => {
        const { jobId, returnvalue, failedReason } = event as Record<string, string | undefined>;
        const value = returnvalue === undefined ? failedReason : JSON.stringify(returnvalue);
        heard.push([name, jobId, value].filter((word) => word !== undefined).join(' '));
      });
    }
    await listener.waitUntilReady();
    const last = events(listener, 'removed', 1);
    await queue.add('good', {});
    await queue.add('bad', {});
    const late = await queue.add('late', {}, { delay: 1000 });
    await queue.pause();
    await queue.resume();
    const process = async (job: { name: string }): Promise<string> => {
      if (job.name === 'bad') throw Object.assign(new Error('bad'), { stack: 'bad' });
      return 'fine';
    };
    const worker = new Worker('heard', process, { connection, autorun: false });
    worker.on('active', (job) => job.name === 'good' && job.updateProgress(10));
    const failed = events(world.use(worker), 'failed', 1);
    worker.run();
    await failed;
    await worker.close();
    await late.remove();
    await last;
    return heard;
  },
);

program(
  'BullMQ: to wait until jobs are finished',
  ['8 of the first', 'failed: no luck', '8 again'],
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('awaited', { connection }));
    const listener = world.use(new QueueEvents('awaited', { connection }));
    await listener.waitUntilReady();
    const first = await queue.add('eight', 'of the first');
    const second = await queue.add('unlucky', {});
    const both = [first, second].map((job) => job.waitUntilFinished(listener));
    const process = async (job: { name: string; data: string }): Promise<string> => {
      if (job.name === 'unlucky') throw Object.assign(new Error('no luck'), { stack: '' });
      return `8 ${job.data}`;
    };
    world.use(new Worker('awaited', process, { connection }));
    const [one, two] = await Promise.allSettled(both);
    const third = await queue.add('eight', 'again');
    const value = await third.waitUntilFinished(listener);
    return [
      one.status === 'fulfilled' ? one.value : 'failed',
      two.status === 'rejected' ? `failed: ${two.reason.message}` : 'not failed',
      value,
    ];
  },
);
