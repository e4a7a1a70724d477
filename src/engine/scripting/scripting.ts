// Scripts: known by their digests, compiled by a language, run for a client.
//
// The language is made when the first script comes, or the first library of functions. SCRIPT FLUSH
// throws the world of the scripts away, which keeps what they share, and nothing else.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { SHA1_SIZE, sha1 } from '../../domain/bytes/sha1.ts';
import { type Context, FROM_JOURNAL } from '../command.ts';
import {
  NEEDS_DISK,
  NEEDS_MEMORY,
  NEEDS_NO_WRITE_PAUSE,
  NEEDS_REPLICAS,
  OF_SCRIPTS,
} from '../needs.ts';
import type { Reply } from '../reply.ts';
import type { Request } from '../request.ts';
import { ScriptCalls } from './calls.ts';
import { ALLOW_OOM, declaredIn, NO_WRITES, UNDECLARED } from './flags.ts';
import { Functions } from './functions.ts';
import type {
  CompiledScript,
  ScriptLanguage,
  ScriptLanguageMaker,
  ScriptWorld,
} from './language.ts';
import type { LibraryFunction } from './libraries.ts';
import {
  OF_EVAL,
  OF_FUNCTIONS,
  type RunningParts,
  RunningScript,
  type ScriptKind,
} from './running.ts';
import { DIGEST_TEXT_SIZE, Script, ScriptCache } from './script-cache.ts';
import type { CommandScripting } from './view.ts';

/** Where keys stand in a request: EVAL script numkeys key ..., FCALL function numkeys key ... */
const FIRST_KEY = 3;

/** What of the server is needed here. */
export interface ScriptingParts extends RunningParts {
  readonly context: Context;
}

/** A script or a function, to be run. */
interface Runnable {
  readonly name: string;
  /** Bits of flags.ts. */
  readonly flags: number;
  readonly compiled: CompiledScript;
}

interface Language {
  readonly calls: ScriptCalls;
  readonly language: ScriptLanguage;
}

export class Scripting implements CommandScripting<Context> {
  callsEverything = false;
  readonly running: RunningScript;
  readonly functions: Functions;
  private readonly parts: ScriptingParts;
  private readonly makeLanguage: ScriptLanguageMaker;
  private readonly cache = new ScriptCache();
  private made: Language | null = null;
  private world: ScriptWorld | null = null;
  private readonly digest = new Uint8Array(SHA1_SIZE);
  private readonly digestText = new Uint8Array(DIGEST_TEXT_SIZE);

  constructor(parts: ScriptingParts, makeLanguage: ScriptLanguageMaker) {
    this.parts = parts;
    this.running = new RunningScript(parts);
    this.makeLanguage = makeLanguage;
    this.functions = new Functions(parts.clock, () => this.languageNow().language.makeLibraries());
  }

  get scriptsCount(): number {
    return this.cache.count;
  }

  get scriptsSize(): number {
    return this.cache.size;
  }

  find({ buffer, starts, ends }: Request, argument: number): Script | null {
    return this.cache.find(buffer, starts[argument], ends[argument]);
  }

  compile(request: Request, argument: number, reply: Reply): Script | null {
    const known = this.findBySource(request, argument);
    if (known !== null) return known;
    const { buffer, starts, ends } = request;
    const start = starts[argument];
    const end = ends[argument];
    const declared = declaredIn(buffer, start, end);
    if (typeof declared === 'string') {
      reply.error(declared);
      return null;
    }
    this.world ??= this.languageNow().language.makeScripts();
    const compiled = this.world.compile(buffer, declared.sourceStart, end);
    if (typeof compiled === 'string') {
      reply.error(`ERR Error compiling script (new function): ${compiled}`);
      return null;
    }
    const digest = latin1Text(this.digestText, 0, DIGEST_TEXT_SIZE);
    const script = new Script(digest, declared.flags, compiled, end - start);
    this.cache.add(script);
    return script;
  }

  keep(script: Script): void {
    this.cache.keep(script);
  }

  run(
    context: Context,
    script: Script,
    isReadOnly: boolean,
    request: Request,
    firstArgument: number,
    reply: Reply,
  ): void {
    this.cache.use(script);
    this.start(context, OF_EVAL, script, isReadOnly, request, firstArgument, reply);
  }

  runFunction(
    context: Context,
    called: LibraryFunction,
    isReadOnly: boolean,
    request: Request,
    firstArgument: number,
    reply: Reply,
  ): void {
    this.start(context, OF_FUNCTIONS, called, isReadOnly, request, firstArgument, reply);
  }

  needsOf(request: Request, fullName: string, needs: number, mayReplicate: boolean): number {
    const others = needs & ~OF_SCRIPTS;
    const flags = this.flagsOf(request, fullName);
    if ((flags & UNDECLARED) !== 0) return others | (mayReplicate ? NEEDS_NO_WRITE_PAUSE : 0);
    if ((flags & NO_WRITES) !== 0) return others;
    const ofWriting = NEEDS_NO_WRITE_PAUSE | NEEDS_DISK | NEEDS_REPLICAS;
    return others | ofWriting | ((flags & ALLOW_OOM) !== 0 ? 0 : NEEDS_MEMORY);
  }

  clear(): void {
    this.cache.clear();
    this.world = null;
  }

  private start(
    context: Context,
    kind: ScriptKind,
    { name, flags, compiled }: Runnable,
    isReadOnly: boolean,
    request: Request,
    firstArgument: number,
    reply: Reply,
  ): void {
    context.effects.nothing();
    const mayWrite = (flags & (UNDECLARED | NO_WRITES)) === 0;
    if (mayWrite && isReadOnly) return reply.error(WRITES);
    const { calls } = this.languageNow();
    const { running } = this;
    running.begin(kind, name, request, context.origin === FROM_JOURNAL);
    calls.callsEverything = this.callsEverything;
    calls.begin(isReadOnly || (flags & NO_WRITES) !== 0, (flags & ALLOW_OOM) !== 0);
    try {
      compiled.run(request, FIRST_KEY, firstArgument, name, reply);
    } finally {
      calls.end();
      running.end();
    }
  }

  /** What a script that is yet to run says of itself; nothing if there is none. */
  private flagsOf(request: Request, fullName: string): number {
    if (fullName.startsWith('fcall')) return this.functions.find(request, 1)?.flags ?? UNDECLARED;
    const isByDigest = fullName.startsWith('evalsha');
    const script = isByDigest ? this.find(request, 1) : this.findBySource(request, 1);
    if (script !== null) return script.flags;
    if (isByDigest) return UNDECLARED;
    const declared = declaredIn(request.buffer, request.starts[1], request.ends[1]);
    return typeof declared === 'string' ? UNDECLARED : declared.flags;
  }

  /** Leaves the digest in `digestText`. */
  private findBySource({ buffer, starts, ends }: Request, argument: number): Script | null {
    const { digest, digestText } = this;
    sha1(buffer, starts[argument], ends[argument], digest);
    for (let i = 0; i < SHA1_SIZE; i++) {
      digestText[2 * i] = hexadecimalDigit(digest[i] >> 4);
      digestText[2 * i + 1] = hexadecimalDigit(digest[i] & 15);
    }
    return this.cache.find(digestText, 0, DIGEST_TEXT_SIZE);
  }

  private languageNow(): Language {
    if (this.made === null) {
      const calls = new ScriptCalls(this.parts.context, this.running);
      this.made = { calls, language: this.makeLanguage(calls) };
    }
    return this.made;
  }
}

function hexadecimalDigit(value: number): number {
  return value < 10 ? 48 + value : 87 + value;
}

const WRITES = 'ERR Can not execute a script with write flag using *_ro command.';
