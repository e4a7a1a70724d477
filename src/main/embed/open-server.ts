// How a server within a program is made: from options and from what it has of the world.
import { ALL_COMMANDS } from '../../commands/all.ts';
import type { HashKey } from '../../domain/bytes/hash.ts';
import type { Clock, Log, Random } from '../../engine/ports.ts';
import { randomHexadecimal } from '../../engine/random-hexadecimal.ts';
import type { Settings } from '../../engine/settings/settings.ts';
import { SystemDisk } from '../../infrastructure/disk.ts';
import { fromLatin1 } from '../../infrastructure/files.ts';
import { ProcessHost } from '../../infrastructure/host.ts';
import { ListenerLog } from '../../infrastructure/log.ts';
import { NoDisk } from '../../infrastructure/no-disk.ts';
import type { ListenFailure } from '../../infrastructure/probe.ts';
import { Instance } from '../instance.ts';
import type { Refusal } from '../journal.ts';
import type { ServerOptions } from './api.ts';
import type { EmbeddedServer } from './embedded-server.ts';
import { RedstartError } from './errors.ts';
import { settingsOf } from './options.ts';

/** Digits of a name that nothing else has. */
const NAME_DIGITS = 16;
const NO_LOG: Log = { write: () => {} };

/** What a server has of the world that another may have otherwise. */
export interface EmbeddingPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** How keys are hashed: drawn, where it is absent. */
  readonly hashKey?: HashKey;
}

/**
 * Makes a server and resolves when it serves; `embed` makes of an instance what the program gets.
 * Rejects with a RedstartError.
 */
export async function openServer<S extends EmbeddedServer>(
  options: ServerOptions,
  ports: EmbeddingPorts,
  embed: (instance: Instance, lasts: boolean) => S,
): Promise<S> {
  const settings = settingsOf(options, () => randomHexadecimal(ports.random, NAME_DIGITS));
  const { log, dir, port } = options;
  const lasts = dir !== undefined;
  if (!lasts) settings.onChange('appendonly', refuseJournal);
  const instance = new Instance({
    ...ports,
    log: log === undefined ? NO_LOG : new ListenerLog(() => settings.text('loglevel'), log),
    host: new ProcessHost(''),
    disk: lasts ? new SystemDisk() : new NoDisk(),
    settings,
    commands: ALL_COMMANDS,
  });
  const server = embed(instance, lasts);
  try {
    const failure = await instance.open(port === 0);
    if (failure !== null) throw notOpened(failure, options);
    const refusal = await instance.load();
    if (refusal !== null) throw notLoaded(refusal);
    return server;
  } catch (error) {
    await instance.close();
    throw error;
  }
}

function refuseJournal(settings: Settings): string | null {
  return settings.flag('appendonly') ? 'the server was made without a directory' : null;
}

function notLoaded({ message, file, offset, advice, isDump }: Refusal): RedstartError {
  const text = isDump ? `The RDB file ${file} is refused: ${message}. ${advice}` : message;
  return new RedstartError('ERR_DATA', fromLatin1(text.trim()), {
    file: fromLatin1(file),
    offset,
    advice: fromLatin1(advice),
  });
}

function notOpened({ code, words }: ListenFailure, { port, path }: ServerOptions): RedstartError {
  const where = [port === undefined ? '' : `port ${port}`, path === undefined ? '' : `${path}`];
  const places = where.filter((place) => place !== '').join(' and ');
  return new RedstartError(code, `cannot listen on ${places}: ${fromLatin1(words)}`);
}
