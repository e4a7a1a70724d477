// A BullMQ worker in a process of its own, which says that it has begun with a job, never ends with
// it and does not keep its lock. Arguments: the server's port, the queue.
import { Worker } from 'bullmq';

const [, , port, queue] = process.argv;
const connection = { host: '127.0.0.1', port: Number(port) };
new Worker(
  queue,
  () => {
    process.stdout.write('begun\n');
    return new Promise(() => {});
  },
  { connection, lockDuration: 50, skipLockRenewal: true, skipStalledCheck: true },
);
