// Loads that run beside this thread: each worker is a runtime of its own with a share of the
// clients, and runs the program again, which finds that it is one.
import { type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { Failure } from '../cli/screen.ts';
import { Load, type LoadPlan, type LoadResult } from './load.ts';

type Order = 'run' | 'stop';
type News =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly reason: string };

/** A load in another thread, with the face of one in this. */
export class ThreadLoad {
  private readonly worker: Worker;
  private settle: (news: News) => void = () => {};
  /** Why there will be no other news. */
  private failure: News | null = null;

  constructor(program: string, plan: LoadPlan) {
    this.worker = new Worker(program, { workerData: plan });
    this.worker.on('message', (news: News) => this.hear(news));
    this.worker.on('error', ({ message }) => this.hear({ kind: 'failed', reason: message }));
  }

  async connect(): Promise<void> {
    await this.news();
  }

  async run(): Promise<LoadResult> {
    const news = this.news();
    this.order('run');
    const found = await news;
    await this.worker.terminate();
    if (found.kind !== 'done') throw new Failure('A thread ended early');
    return found.result;
  }

  stop(): void {
    this.order('stop');
  }

  private order(order: Order): void {
    this.worker.postMessage(order);
  }

  private hear(news: News): void {
    if (news.kind === 'failed') {
      this.failure ??= news;
      void this.worker.terminate();
    }
    this.settle(news);
  }

  private async news(): Promise<News> {
    const news = this.failure ?? (await new Promise<News>((resolve) => (this.settle = resolve)));
    if (news.kind === 'failed') throw new Failure(news.reason);
    return news;
  }
}

/** What a worker does, all its life. */
export async function runWorker(): Promise<void> {
  const port = parentPort as MessagePort;
  const tell = (news: News): void => port.postMessage(news);
  const load = new Load(workerData as LoadPlan);
  const told = new Promise<void>((resolve) => {
    port.on('message', (order: Order) => {
      if (order === 'stop') load.stop();
      else resolve();
    });
  });
  try {
    await load.connect();
    tell({ kind: 'ready' });
    await told;
    tell({ kind: 'done', result: await load.run() });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tell({ kind: 'failed', reason: error.message });
  }
}
