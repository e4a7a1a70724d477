// Mails that are sent by two workers, and a report that waits for its parts.
import { FlowProducer, Queue, QueueEvents, Worker } from 'bullmq';

const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT ?? 6379) };
const queue = new Queue('mails', { connection });
const reports = new FlowProducer({ connection });
const heard = new QueueEvents('mails', { connection });
await heard.waitUntilReady();

const send = async (job) => {
  if (job.name === 'report') {
    const parts = Object.values(await job.getChildrenValues());
    return parts.sort().join(' + ');
  }
  if (job.data.to === 'slow@example.com' && job.attemptsMade === 0) throw new Error('try later');
  return `sent to ${job.data.to}`;
};
const workers = [1, 2].map(() => new Worker('mails', send, { connection, concurrency: 5 }));

const retry = { attempts: 3, backoff: { type: 'exponential', delay: 50 } };
const mails = await queue.addBulk([
  { name: 'mail', data: { to: 'ada@example.com' } },
  { name: 'mail', data: { to: 'boss@example.com' }, opts: { priority: 1 } },
  { name: 'mail', data: { to: 'later@example.com' }, opts: { delay: 200 } },
  { name: 'mail', data: { to: 'slow@example.com' }, opts: retry },
]);
const part = (to) => ({ name: 'part', queueName: 'mails', data: { to } });
const { job: report } = await reports.add({
  name: 'report',
  queueName: 'mails',
  data: {},
  children: [part('sales'), part('stock')],
});

for (const job of [...mails, report]) console.log(await job.waitUntilFinished(heard));
console.log(await queue.getJobCounts('completed', 'failed', 'delayed'));

await queue.obliterate({ force: true });
await Promise.all([...workers, heard, reports, queue].map((open) => open.close()));
