// A started Redstart for all tests of a file, and what ends the clients that they leave open.
import { after, before } from 'node:test';
import { startRedstart } from './server.ts';

export interface FileServer {
  /** Known when the first test runs. */
  port: number;
  /** Called after the last test, before the server stops. */
  readonly endings: (() => void)[];
}

export function fileServer(): FileServer {
  const file: FileServer = { port: 0, endings: [] };
  let stop = (): Promise<void> => Promise.resolve();
  before(async () => {
    const server = await startRedstart();
    file.port = server.port;
    stop = () => server.stop();
  });
  after(async () => {
    for (const end of file.endings) end();
    await stop();
  });
  return file;
}
