// What the generator knows of the function whose code it writes, and of the whole chunk.

import type { CallName } from '../source.ts';
import type { FunctionBody, Local } from '../syntax/ast.ts';
import type { Work } from '../work.ts';
import { callMark, identifier, stringLiteral } from './text.ts';

// What a call takes of the JavaScript stack, in bytes: what the engine's interpreter takes, at
// most. Measured by how deep functions of many shapes come until the stack is full.
const FRAME_SIZE = 150;
/** More, of a generator: it is resumed by others, which have frames too. */
const GENERATOR_SIZE = 370;
const VARIABLE_SIZE = 8;
/** What a call or a constructor needs while its parts are evaluated, besides its arguments. */
const PENDING_SIZE = 4;
/** What a call needs, besides, that spreads values. */
export const SPREAD_SIZE = 5;
/** A callee counts as many arguments as its parameters. */
const ARGUMENTS_COUNTED = 4;

export interface Modes {
  /** Functions can run inside of coroutines: they are generators. */
  readonly hasCoroutines: boolean;
  /** Functions have environments of their own. */
  readonly hasEnvironments: boolean;
}

/** All of one chunk. */
export class ChunkScope {
  readonly modes: Modes;
  readonly work: Work;
  private readonly names = new Map<Local, string>();
  private readonly caches = new Map<string, string>();
  private readonly records = new Map<string, readonly string[]>();
  /** By which names the calls of the text are made; null for one without. */
  readonly callNames: (CallName | null)[] = [];
  private nextId = 1;

  constructor(modes: Modes, work: Work) {
    this.modes = modes;
    this.work = work;
  }

  /** The JavaScript variable of a local. */
  nameOf(local: Local): string {
    let name = this.names.get(local);
    if (name === undefined) {
      name = identifier(local.name, this.nextId++);
      this.names.set(local, name);
    }
    return name;
  }

  /** A new variable of the generator's own. */
  fresh(name: string): string {
    return identifier(name, this.nextId++);
  }

  /** The variable that has the FieldCache of a place in the source that reads this field. */
  cache(key: string): string {
    const name = this.fresh('c');
    this.caches.set(name, key);
    return name;
  }

  /** The variable that has the shape of a constructor with these fields. */
  record(keys: readonly string[]): string {
    const name = this.fresh('s');
    this.records.set(name, keys);
    return name;
  }

  /** To be put where the text has a call, so that errors in it know its name. */
  call(name: CallName | null): string {
    return callMark(this.callNames.push(name) - 1);
  }

  /** Declares all caches and shapes. */
  preamble(): string {
    const each = [...this.caches].map(
      ([name, key]) => `${name}=new FieldCache(${stringLiteral(key)})`,
    );
    for (const [name, keys] of this.records) {
      each.push(`${name}=shapeOf([${keys.map(stringLiteral).join(',')}])`);
    }
    if (each.length === 0) return '';
    return `const ${each.join(',')};`;
  }
}

/** One function. */
export class FunctionScope {
  readonly chunk: ChunkScope;
  readonly body: FunctionBody;
  /** Is it a generator? */
  readonly isResumable: boolean;
  /** The variable with what setfenv() changes. */
  readonly holder: string;
  /** The rest parameter. */
  readonly varargs = 'V';
  /** Does it call anything? Then it counts its stack. */
  hasCalls = false;
  /** Does it hand its varargs on? */
  spreadsVarargs = false;
  private temporaries = 0;
  private temporariesMax = 0;
  private localsCount = 0;
  private pending = 0;
  private pendingMax = 0;
  /** Calls, tables and the like that were written: what may take time besides loops. */
  actions = 0;

  /** The local that this function is the value of, always. */
  readonly self: Local | null;
  hasSelfTailCalls = false;
  /** Loops around the statement that is written. */
  loopDepth = 0;

  constructor(
    chunk: ChunkScope,
    body: FunctionBody,
    isResumable: boolean,
    holder: string,
    self: Local | null,
  ) {
    this.self = self;
    this.chunk = chunk;
    this.body = body;
    this.isResumable = isResumable;
    this.holder = holder;
  }

  /** Is it worth while to write the common cases out? Not in what runs once. */
  get isHot(): boolean {
    return this.loopDepth > 0 || this.body.parent !== null;
  }

  /** A variable for a value within a statement. */
  temporary(): string {
    this.temporaries++;
    this.temporariesMax = Math.max(this.temporariesMax, this.temporaries);
    return `t${this.temporaries}`;
  }

  /** Temporaries are free again, but for the first `count` of them. */
  freeTemporaries(count = 0): void {
    this.temporaries = count;
  }

  get temporariesInUse(): number {
    return this.temporaries;
  }

  declared(count: number): void {
    this.localsCount += count;
  }

  /** The declaration of all temporaries. */
  get temporariesText(): string {
    if (this.temporariesMax === 0) return '';
    const names = Array.from({ length: this.temporariesMax }, (_, i) => `t${i + 1}`);
    return `let ${names.join(',')};`;
  }

  /** Writes what is evaluated while a call or a constructor waits for it. */
  within<T>(argumentsCount: number, write: () => T): T {
    const more = Math.max(0, argumentsCount - ARGUMENTS_COUNTED);
    const size = PENDING_SIZE + argumentsCount + more;
    this.pending += size;
    this.pendingMax = Math.max(this.pendingMax, this.pending);
    const result = write();
    this.pending -= size;
    return result;
  }

  /** A JavaScript expression. */
  get frameSize(): string {
    const { localsCount, temporariesMax, pendingMax, body, isResumable } = this;
    const variables = localsCount + temporariesMax + pendingMax + body.parameters.length;
    const size = FRAME_SIZE + VARIABLE_SIZE * variables + (isResumable ? GENERATOR_SIZE : 0);
    return this.spreadsVarargs && !isResumable
      ? `${size}+${VARIABLE_SIZE}*${this.varargs}.length`
      : String(size);
  }
}
