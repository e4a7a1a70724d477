// BullMQ: jobs with parents, which wait for what their children return.
import { FlowProducer, type Job, type JobNode, Queue, Worker } from 'bullmq';
import { program, type World } from '../../support/queue-world.ts';

/** A processor's sum of its job's data and of what the children returned. */
async function sum(job: Job): Promise<number> {
  if (job.name.startsWith('bad')) throw Object.assign(new Error('bad'), { stack: 'Error: bad' });
  const values = Object.values(await job.getChildrenValues<number>());
  return values.reduce((total, value) => total + value, Number(job.data));
}

interface FlowJob {
  name: string;
  queueName: string;
  data: number;
  opts: { jobId: string };
}

function job(name: string, data: number, opts: object = {}): FlowJob {
  return { name, queueName: 'flow', data, opts: { jobId: name, ...opts } };
}

/** The names of as many jobs in the order in which they were done, or failed. */
async function done(world: World, count: number): Promise<string[]> {
  const { connection } = world;
  const names: string[] = [];
  const worker = world.use(new Worker('flow', sum, { connection }));
  await new Promise<void>((resolve) => {
    const note = (name: string): void => {
      if (names.push(name) === count) resolve();
    };
    worker.on('completed', ({ name }) => note(name));
    worker.on('failed', (failed) => note(`${failed?.name} failed`));
  });
  await worker.close();
  return names;
}

program(
  'BullMQ: a flow of three levels',
  {
    before: 'waiting-children',
    dependencies: 2,
    order: ['c', 'a', 'b', 'middle', 'root'],
    result: 11111,
    values: { 'bull:flow:c': 1000, 'bull:flow:middle': 10111 },
    tree: ['root', ['c'], ['middle', ['a'], ['b']]],
  },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('flow', { connection }));
    const flow = world.use(new FlowProducer({ connection }));
    const middle = { ...job('middle', 10000), children: [job('a', 1), job('b', 110)] };
    const added = await flow.add({ ...job('root', 0), children: [middle, job('c', 1000)] });
    const before = await added.job.getState();
    const { unprocessed = [] } = await added.job.getDependencies();
    const order = await done(world, 5);
    const root = await queue.getJob('root');
    const values = await root?.getChildrenValues();
    const tree = namesOf(await flow.getFlow({ id: 'root', queueName: 'flow' }));
    const dependencies = unprocessed.length;
    return { before, dependencies, order, result: root?.returnvalue, values, tree };
  },
);

program(
  'BullMQ: children that fail, and what their parents make of it',
  {
    names: [
      'bad and fatal failed',
      'fatal failed',
      'bad and ignored failed',
      'ignored',
      'bad and dropped failed',
      'dropped',
      'bad and let go failed',
      'let go',
    ],
    states: ['failed', 'completed', 'completed', 'completed'],
    reason: 'child bull:flow:bad and fatal failed',
    ignored: { 'bull:flow:bad and ignored': 'bad' },
  },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('flow', { connection }));
    const flow = world.use(new FlowProducer({ connection }));
    const parents: [string, string][] = [
      ['fatal', 'failParentOnFailure'],
      ['ignored', 'ignoreDependencyOnFailure'],
      ['dropped', 'removeDependencyOnFailure'],
      ['let go', 'continueParentOnFailure'],
    ];
    for (const [name, option] of parents) {
      const child = job(`bad and ${name}`, 0, { [option]: true });
      await flow.add({ ...job(name, 1), children: [child] });
    }
    const names = await done(world, 8);
    const states = parents.map(([name]) => queue.getJobState(name));
    const ignored = await (await queue.getJob('ignored'))?.getIgnoredChildrenFailures();
    const reason = (await queue.getJob('fatal'))?.failedReason;
    return { names, states: await Promise.all(states), reason, ignored };
  },
);

program(
  'BullMQ: parts of a flow are removed',
  { removed: 1, left: ['other', 'root'], state: 'waiting', counts: [0, 2] },
  async (world) => {
    const { connection } = world;
    const queue = world.use(new Queue('flow', { connection }));
    const flow = world.use(new FlowProducer({ connection }));
    await flow.addBulk([
      { ...job('root', 0), children: [job('a', 1), job('b', 2)] },
      { ...job('other', 0), children: [{ ...job('c', 1), children: [job('d', 1)] }] },
    ]);
    await (await queue.getJob('a'))?.removeChildDependency();
    await (await queue.getJob('b'))?.remove();
    const state = await queue.getJobState('root');
    const other = await queue.getJob('other');
    await other?.removeUnprocessedChildren();
    const removed = await queue.remove('a');
    const left = (await queue.getJobs()).map(({ name }) => name).sort();
    const counts = [await queue.getWaitingChildrenCount(), await queue.getWaitingCount()];
    return { removed, left, state, counts };
  },
);

type Tree = [string, ...Tree[]];

function namesOf(node: JobNode): Tree {
  const children = (node.children ?? []).map(namesOf);
  return [node.job.name, ...children.sort(([a], [b]) => (a < b ? -1 : 1))];
}
