// Prepares the runtime for a server, whose modules are loaded after this one.
//
// The runtime keeps what they compile to for the next start (decisions/0014). It writes that at its
// end, and only what is not there yet. What was compiled under other flags is of no use to it, so
// those are set first. What lies in the cache is run: it must be in nobody's reach but the user's,
// and the home directory is asked of the system, for sudo may leave HOME that of another user.
import module from 'node:module';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { collectYoungGarbageAlone } from '../infrastructure/helper-threads.ts';

/** There from Node.js 22.8 on. In a directory that cannot be written it does nothing. */
const runtime: typeof module & { enableCompileCache?: (directory: string) => unknown } = module;

collectYoungGarbageAlone();
const home = homeDirectory();
if (home !== '') runtime.enableCompileCache?.(join(home, '.cache', 'redstart'));

/** '' for a user whom the system does not know, as there are in containers. */
function homeDirectory(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '';
  }
}
