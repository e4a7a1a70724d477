// What test runners are given: a server per worker, which each test finds as new.

import type { Fixtures, TestServer, TestServerOptions } from './api.ts';
import { createTestServer } from './create.ts';

/** Of vitest's and Playwright's `test.extend()`. */
export const fixtures: Fixtures = {
  redstart: [
    // Both read in the source of a function which fixtures it wants.
    // biome-ignore lint/correctness/noEmptyPattern: they insist on a pattern.
    async ({}, use) => {
      const server = await createTestServer({ port: 0 });
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
  server: async ({ redstart }, use) => {
    const server = redstart as TestServer;
    await server.reset();
    await use(server);
  },
  redisUrl: async ({ server }, use) => {
    await use(server.url ?? '');
  },
};

/**
 * For node:test, which gives each file a process: a server that each test of the file finds as new,
 * and that is closed behind the last one.
 */
export async function nodeTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { after, afterEach, beforeEach } = await import('node:test');
  const server = await createTestServer(options);
  // While a test runs, what it waits for holds the process.
  beforeEach(() => server.ref().reset());
  afterEach(() => void server.unref());
  after(() => server.close());
  return server;
}
