// A server within a program: what `createServer` of the package makes.
import { ALL_COMMANDS } from '../commands/all.ts';
import type { Log } from '../engine/ports.ts';
import { randomHexadecimal } from '../engine/random-hexadecimal.ts';
import type { Settings } from '../engine/settings/settings.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import { SystemDisk } from '../infrastructure/disk.ts';
import { fromLatin1 } from '../infrastructure/files.ts';
import { ProcessHost } from '../infrastructure/host.ts';
import { ListenerLog } from '../infrastructure/log.ts';
import { NoDisk } from '../infrastructure/no-disk.ts';
import type { ListenFailure } from '../infrastructure/probe.ts';
import { SystemRandom } from '../infrastructure/random.ts';
import type { RedstartServer, ServerOptions } from './embed/api.ts';
import { EmbeddedServer } from './embed/embedded-server.ts';
import { RedstartError } from './embed/errors.ts';
import { settingsOf } from './embed/options.ts';
import { Instance } from './instance.ts';

/** Digits of a name that nothing else has. */
const NAME_DIGITS = 16;
const NO_LOG: Log = { write: () => {} };

/**
 * Makes a server and resolves when it serves: when its sockets are open and its data is loaded.
 * Rejects with a RedstartError.
 */
export async function createServer(options: ServerOptions = {}): Promise<RedstartServer> {
  const random = new SystemRandom();
  const settings = settingsOf(options, () => randomHexadecimal(random, NAME_DIGITS));
  const { log, dir, port } = options;
  const lasts = dir !== undefined;
  if (!lasts) settings.onChange('appendonly', refuseJournal);
  const instance = new Instance({
    clock: new SystemClock(),
    random,
    log: log === undefined ? NO_LOG : new ListenerLog(() => settings.text('loglevel'), log),
    host: new ProcessHost(''),
    disk: lasts ? new SystemDisk() : new NoDisk(),
    settings,
    commands: ALL_COMMANDS,
  });
  const server = new EmbeddedServer(instance, lasts);
  try {
    const failure = await instance.open(port === 0);
    if (failure !== null) throw notOpened(failure, options);
    const refusal = await instance.load();
    if (refusal !== null) throw new RedstartError('ERR_DATA', fromLatin1(refusal.problem));
    return server;
  } catch (error) {
    await instance.close();
    throw error;
  }
}

function refuseJournal(settings: Settings): string | null {
  return settings.flag('appendonly') ? 'the server was made without a directory' : null;
}

function notOpened({ code, words }: ListenFailure, { port, path }: ServerOptions): RedstartError {
  const where = [port === undefined ? '' : `port ${port}`, path === undefined ? '' : `${path}`];
  const places = where.filter((place) => place !== '').join(' and ');
  return new RedstartError(code, `cannot listen on ${places}: ${fromLatin1(words)}`);
}
