// A coroutine: a generator that runs a function's resumable form.
import type { EnvironmentFrame, LuaFunction, LuaResult, LuaValue } from './value.ts';

export class Coroutine {
  readonly body: LuaFunction;
  status: 'suspended' | 'running' | 'normal' | 'dead' = 'suspended';
  /** Null until the first resume. */
  steps: Generator<LuaValue[], LuaResult, LuaValue[]> | null = null;
  /** What its functions use of the stack when it runs. */
  stackSize = 0;
  /** Its functions with environments that run: see Runtime.frame. */
  frame: EnvironmentFrame | null = null;

  constructor(body: LuaFunction) {
    this.body = body;
  }
}
