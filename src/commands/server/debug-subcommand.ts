// A subcommand of DEBUG, as its table has it.
import type { Handler } from '../../engine/command.ts';

export interface DebugSubcommand {
  readonly name: string;
  /** Words of a call, DEBUG and the name included. */
  readonly countMin: number;
  readonly countMax: number;
  /** The arguments as DEBUG HELP shows them, then the lines below. */
  readonly usage: string;
  readonly help: readonly string[];
  readonly run: Handler;
}
