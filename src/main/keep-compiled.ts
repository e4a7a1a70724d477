// Has the runtime keep what it compiles for the next start, where it can (decisions/0014).
//
// The runtime writes that at its end, and only what is not there yet. What lies in its cache is
// run: it must be in nobody's reach but the user's, and the home directory is asked of the system,
// for sudo may leave HOME that of another user.
import module from 'node:module';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** There from Node.js 22.8 on. In a directory that cannot be written it does nothing. */
const runtime: typeof module & { enableCompileCache?: (directory: string) => unknown } = module;

export function keepWhatIsCompiled(): void {
  const home = homeDirectory();
  if (home !== '') runtime.enableCompileCache?.(join(home, '.cache', 'redstart'));
}

/** '' for a user whom the system does not know, as there are in containers. */
function homeDirectory(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '';
  }
}
