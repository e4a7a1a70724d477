// The faults of a server under test, as its rules say.
import { type FaultEffect, Faults } from '../../engine/faults.ts';
import type { Server } from '../../engine/server.ts';
import { RedstartError } from '../embed/errors.ts';
import type { FaultOptions, TestFaults } from './api.ts';
import { milliseconds } from './duration.ts';

const OPTIONS: ReadonlySet<string> = new Set(
  'command key client after times chance error delay drop'.split(' '),
);

export class ServerFaults implements TestFaults {
  private readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  add(options: FaultOptions): void {
    const { command, key, client, after = 0, times = Number.POSITIVE_INFINITY } = options;
    const { chance = 1 } = options;
    const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
    if (unknown !== undefined) throw badRule(`a rule has no ${unknown}`);
    if (!isCount(after)) throw badRule(`after is a count, not ${after}`);
    if (!isCount(times) && times !== Number.POSITIVE_INFINITY) {
      throw badRule(`times is a count, not ${times}`);
    }
    if (!(chance >= 0 && chance <= 1)) throw badRule(`chance is from 0 to 1, not ${chance}`);
    const { server } = this;
    const rule = {
      command: command === undefined ? null : this.nameOf(command),
      key: key === undefined ? null : Buffer.from(key as string),
      client: typeof client === 'string' ? Buffer.from(client) : (client ?? null),
      after,
      times,
      chance,
      effect: effectOf(options),
    };
    server.faults ??= new Faults(server);
    server.faults.add(rule);
  }

  clear(): void {
    this.server.faults?.clear();
  }

  /** The full name of a command: `get`, `client|id`. */
  private nameOf(command: string): string {
    const [word, subword, ...others] = command.trim().toLowerCase().split(/[ |]+/);
    const found = this.server.commands.findText(word);
    const of = subword === undefined ? found : (found?.subcommands?.findText(subword) ?? null);
    if (of !== null && others.length === 0) return of.fullName;
    throw badRule(`there is no command ${command}`);
  }
}

function effectOf({ error, delay, drop }: FaultOptions): FaultEffect {
  if ([error, delay, drop].filter((effect) => effect !== undefined).length !== 1) {
    throw badRule('a rule has one of error, delay and drop');
  }
  if (delay !== undefined) return { delayMs: milliseconds(delay) };
  if (drop === 'before' || drop === 'after') return { drop };
  if (typeof error !== 'string') throw badRule("drop is 'before' or 'after', and error a line");
  if (/^\S.*$/.test(error)) return { error: lineOf(error) };
  throw badRule('an error is one line, as a server says it: OOM command not allowed');
}

/** The engine's lines are latin1, a character per byte. */
function lineOf(error: string): string {
  return Buffer.from(error).toString('latin1');
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function badRule(message: string): RedstartError {
  return new RedstartError('ERR_BAD_CALL', message);
}
