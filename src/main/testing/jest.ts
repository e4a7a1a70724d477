// What the package's `redstart/jest` is: a setup file of jest.
import { RedstartError } from '../embed/errors.ts';
import { createTestServer } from './create.ts';

/**
 * For jest: `setupFilesAfterEnv: ['redstart/jest']`. Each test file has a server, at
 * process.env.REDIS_URL before its first line runs, which each test finds as new. Tests that want
 * more of it have it as the global `redstart`.
 */
export async function setUpJest(): Promise<void> {
  const { beforeEach, afterAll } = globalThis as JestGlobals;
  if (beforeEach === undefined || afterAll === undefined) {
    // In `setupFiles` there are no hooks yet.
    throw new RedstartError('ERR_BAD_CALL', 'redstart/jest belongs in setupFilesAfterEnv of jest');
  }
  const server = await createTestServer({ port: 0 });
  process.env['REDIS_URL'] = server.url ?? '';
  Object.assign(globalThis, { redstart: server });
  beforeEach(() => server.reset());
  afterAll(() => server.close());
}

interface JestGlobals {
  beforeEach?: (hook: () => Promise<void>) => void;
  afterAll?: (hook: () => Promise<void>) => void;
}
