// The ports between the engine and a language of scripts: what the engine asks of it, and what it
// may ask of the engine while a script runs.
import type { LogLevel } from '../ports.ts';
import type { Reply } from '../reply.ts';
import type { Request } from '../request.ts';

/** A language: it makes worlds, which share nothing. */
export interface ScriptLanguage {
  makeScripts(): ScriptWorld;
  makeLibraries(): LibraryWorld;
}

/** A world of scripts, with what they share: it can be thrown away as a whole. */
export interface ScriptWorld {
  /** Compiles the source in bytes [start, end). A text says why that cannot be. */
  compile(buffer: Uint8Array, start: number, end: number): CompiledScript | string;
}

/** A world of libraries of functions. What a library keeps lasts as long as its functions. */
export interface LibraryWorld {
  /**
   * Runs the source in bytes [start, end), which registers functions: '' or a text that says why
   * that has failed.
   */
  load(buffer: Uint8Array, start: number, end: number, registry: FunctionRegistry): string;
}

/** Takes the functions of a library that is loaded. */
export interface FunctionRegistry {
  /** `flags` are bits of flags.ts. '' or why there can be no such function. */
  register(
    name: string,
    description: string | null,
    flags: number,
    compiled: CompiledScript,
  ): string;
  /** Has loading taken too long? Asked now and then. */
  isOverdue(): boolean;
}

export interface CompiledScript {
  /**
   * Runs it and answers. Its keys are the arguments [firstKey, firstArgument) of the request, its
   * arguments those behind them; errors call it `name`. Runs do not nest.
   */
  run(request: Request, firstKey: number, firstArgument: number, name: string, reply: Reply): void;
}

/** Makes a language whose scripts call the host. */
export type ScriptLanguageMaker = (host: ScriptHost) => ScriptLanguage;

export interface ScriptHost {
  /** Where called commands answer. Its protocol is the one that the script has chosen. */
  readonly reply: Reply;
  /**
   * Calls a command for the client whose script runs, as far as that may call it: '' when it has
   * answered, or the error line, which is counted.
   */
  call(request: Request): string;
  /** What the last call took. */
  readonly lastCallUs: number;
  /** Is there such a command, which the client may call? Null when there is none. */
  mayCall(request: Request): boolean | null;
  /** What called commands do from here on goes to the journal, or to replicas, or not. */
  setReplication(toJournal: boolean, toReplicas: boolean): void;
  /** An error that the script answers with, and that no command has answered before. */
  countError(line: string): void;
  log(level: LogLevel, message: string): void;
  /** The script goes on to run. Why it must end now, or ''. */
  tick(): string;
  /** The bytes as text, a character each. */
  text(bytes: Uint8Array, start: number, end: number): string;
  /** Writes such a text from `at` on, where there is room for it. */
  writeText(text: string, bytes: Uint8Array, at: number): void;
  /** Bytes that what scripts make may need. */
  readonly memorySizeMax: number;
  /** Bytes of the heap in which it lies, with garbage. */
  memorySize(): number;
  /** The same when garbage has been collected, which takes its time. */
  liveMemorySize(): number;
  /** Processor time of the process. */
  processorSeconds(): number;
}
