// BullMQ by way of node-redis, which speaks RESP3.
import { type Job, Queue, Worker } from 'bullmq';
import { createClient } from 'redis';
import { events, program } from '../../support/queue-world.ts';

program(
  'BullMQ: a queue by way of node-redis',
  { done: ['first', 'plain', 'urgent'], counts: { completed: 3, delayed: 1 }, result: 5 },
  async (world) => {
    const client = createClient({ url: `redis://127.0.0.1:${world.port}`, RESP: 3 });
    world.use({
      on: (event, listener) => client.on(event, listener),
      close: async () => client.destroy(),
    });
    await client.connect();
    const queue = world.use(new Queue('nodes', { connection: client }));
    const plain = await queue.add('plain', { text: 'größe' });
    await queue.add('urgent', {}, { priority: 1 });
    await queue.add('first', {}, { lifo: true });
    await queue.add('late', {}, { delay: 1000 });
    const done: string[] = [];
    const process = async (job: Job): Promise<number> => {
      done.push(job.name);
      return job.name.length;
    };
    const worker = world.use(new Worker('nodes', process, { connection: client }));
    await events(worker, 'completed', 3);
    const result = (await queue.getJob(plain.id ?? ''))?.returnvalue;
    return { done, counts: await queue.getJobCounts('completed', 'delayed'), result };
  },
);
