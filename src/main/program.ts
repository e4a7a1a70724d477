// The program: one server in a process of its own, or what is asked for instead of it.
import { rewriteConfig } from '../adapters/config/rewrite.ts';
import { Connection } from '../adapters/wire/connection.ts';
import { ALL_COMMANDS } from '../commands/all.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import { SystemDisk } from '../infrastructure/disk.ts';
import { yieldToMainThreadSoon } from '../infrastructure/helper-threads.ts';
import { ProcessHost } from '../infrastructure/host.ts';
import { RedisLog } from '../infrastructure/log.ts';
import { SystemRandom } from '../infrastructure/random.ts';
import { type Answer, type Configuration, readConfiguration } from './configuration.ts';
import { reportCrashes } from './crash.ts';
import { Instance } from './instance.ts';
import { Life } from './life.ts';
import type { Word } from './words.ts';

/** Does what the command line asks for: it begins behind a word, which '' is not. */
export function runProgram(word: Word = ''): void {
  const configuration = readConfiguration(word, ALL_COMMANDS);
  if ('settings' in configuration) serve(configuration);
  else void answer(configuration);
}

/** What is asked for instead of a server. */
async function answer(asked: Answer | Promise<Answer>): Promise<void> {
  const { output, status, stream } = await asked;
  // What is printed may still be on its way.
  process[stream].write(output, 'latin1', () => process.exit(status));
}

function serve({ settings, commands, configFile, warnings }: Configuration): void {
  yieldToMainThreadSoon();
  const log = new RedisLog();
  const life = new Life(settings, log);
  life.begin(configFile, warnings);
  const instance = new Instance({
    clock: new SystemClock(),
    random: new SystemRandom(),
    log,
    host: new ProcessHost(configFile),
    disk: new SystemDisk(),
    settings,
    commands,
    rewriteConfig,
  });
  const { server } = instance;
  reportCrashes(server, (output) => (output instanceof Connection ? output.runningRequest : null));
  // Not awaited: the bundle is not a module (decisions/0014). A failure is reported as a crash.
  void life.open(instance);
}
