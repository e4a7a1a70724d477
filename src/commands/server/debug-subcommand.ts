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

/** The number that a text begins with, as C's strtod reads decimals; 0 when it begins with none. */
export function leadingNumber(text: string): number {
  const number = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/i.exec(text);
  return number === null ? 0 : Number(number[0]);
}
