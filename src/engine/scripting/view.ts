// What commands may do with scripts: see scripting.ts. What a handler works with is a parameter
// here, for it is made of this.
import type { Reply } from '../reply.ts';
import type { Request } from '../request.ts';
import type { Functions } from './functions.ts';
import type { LibraryFunction } from './libraries.ts';
import type { RunningScript } from './running.ts';
import type { Script } from './script-cache.ts';

export interface CommandScripting<Context> {
  /** Scripts that are known, and the bytes that they take, about. */
  readonly scriptsCount: number;
  readonly scriptsSize: number;
  /** The script that runs, and what it sees of the time. */
  readonly running: RunningScript;
  /** Scripts may call what no script may call: for tests. */
  callsEverything: boolean;
  readonly functions: Functions;
  /** The script whose digest an argument is. */
  find(request: Request, argument: number): Script | null;
  /** The script whose source an argument is; null when an error has been replied. */
  compile(request: Request, argument: number, reply: Reply): Script | null;
  /** The script stays until clear(). */
  keep(script: Script): void;
  /**
   * Runs a script for the client of the context and answers: its keys are the arguments from the
   * third on, its arguments those from `firstArgument` on.
   */
  run(
    context: Context,
    script: Script,
    isReadOnly: boolean,
    request: Request,
    firstArgument: number,
    reply: Reply,
  ): void;
  /** The same with a function. */
  runFunction(
    context: Context,
    called: LibraryFunction,
    isReadOnly: boolean,
    request: Request,
    firstArgument: number,
    reply: Reply,
  ): void;
  /**
   * Which NEEDS_* bits a request has whose command, of this name, runs a script or a function, and
   * has `needs` itself.
   */
  needsOf(request: Request, fullName: string, needs: number, mayReplicate: boolean): number;
  /** Forgets all scripts, and what they share. */
  clear(): void;
}
