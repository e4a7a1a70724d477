// `redstart cli`, which is also `redstart-cli`: what its command line asks for, read top to bottom.

import { pageText } from '../adapters/help/page.ts';
import { runBigKeys } from '../cli/big-keys.ts';
import { Client } from '../cli/client.ts';
import { parseOptions } from '../cli/command-line.ts';
import { runHotKeys } from '../cli/hot-keys.ts';
import { runInteractive } from '../cli/interactive.ts';
import { runOnce, runScript } from '../cli/one-shot.ts';
import type { Options } from '../cli/options.ts';
import { askPassword } from '../cli/password.ts';
import { runPipe } from '../cli/pipe.ts';
import { runLines } from '../cli/piped-lines.ts';
import { runRdb } from '../cli/rdb.ts';
import { runScan } from '../cli/scan.ts';
import type { Screen } from '../cli/screen.ts';
import { CLI_PAGE } from '../cli/usage.ts';
import { runLatency, runStat } from '../cli/watch.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { runClientProgram } from './client-program.ts';
import { VERSION } from './version.ts';

const PASSWORD_WARNING =
  "Warning: Using a password with '-a' or '-u' option on the command line interface " +
  'may not be safe.';

void runClientProgram(run);

async function run(
  screen: Screen,
  args: readonly string[],
  password: string | null,
): Promise<number> {
  const options = parseOptions(args, screen.isTerminal, password);
  if (options.warnsOfPassword) screen.complain(PASSWORD_WARNING);
  if (options.asksPassword) options.password = await askPassword(screen);
  return perform(options, new Client(options, screen), screen);
}

async function perform(options: Options, client: Client, screen: Screen): Promise<number> {
  switch (options.task) {
    case 'help':
      screen.print(pageText(CLI_PAGE));
      return 0;
    case 'version':
      screen.print(`redstart-cli ${VERSION} (Redis ${REDIS_VERSION})\n`);
      return 0;
    case 'pipe':
      return runPipe(client);
    case 'scan':
      return runScan(client);
    case 'big-keys':
      return runBigKeys(client, false);
    case 'memory-keys':
      return runBigKeys(client, true);
    case 'hot-keys':
      return runHotKeys(client);
    case 'stat':
      return runStat(client);
    case 'latency':
      return runLatency(client, false);
    case 'latency-history':
      return runLatency(client, true);
    case 'rdb':
      return runRdb(client);
    case 'commands':
      break;
  }
  if (options.scriptFile !== null) return runScript(client, options.scriptFile);
  if (options.words.length > 0) return runOnce(client);
  return process.stdin.isTTY ? runInteractive(client) : runLines(client);
}
