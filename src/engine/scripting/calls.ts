// The commands that a script calls. They are calls of the client whose script runs, by the centre's
// call(), after a look at whether the script may call them; the database that the script selects is
// its own, and so is its protocol, which is that of `reply`.
//
// Invariant: between begin() and end() a script runs, and only then is anything called.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { OUT_OF_MEMORY } from '../../domain/errors.ts';
import { call } from '../call.ts';
import {
  type Command,
  type Context,
  DENYOOM,
  FROM_JOURNAL,
  FROM_SCRIPT,
  MAY_REPLICATE,
  NOSCRIPT,
  RUNS_SCRIPT,
  WRITE,
} from '../command.ts';
import { commandOf } from '../find-command.ts';
import { TOO_FEW_REPLICAS } from '../gate.ts';
import { NEEDS_DISK, NEEDS_MEMORY, NEEDS_NO_JOURNAL, NEEDS_REPLICAS } from '../needs.ts';
import type { LogLevel } from '../ports.ts';
import { Reply } from '../reply.ts';
import type { Request } from '../request.ts';
import type { ScriptHost } from './language.ts';
import type { RunningScript } from './running.ts';

/** V8 joins longer texts only when somebody looks at them, which takes longer than one call. */
const SHORT_TEXT_SIZE_MAX = 12;
/** Up to this size writing a text character by character beats one call: measured. */
const SHORT_WRITE_SIZE_MAX = 40;
/** Bytes that what scripts make may need, where the heap is large: the rest of it is not theirs. */
const MEMORY_SIZE_MAX = 1024 * 1024 * 1024;

export class ScriptCalls implements ScriptHost {
  readonly reply = new Reply();
  /** Scripts may call what no script may call: for tests. */
  callsEverything = false;
  private readonly context: Context;
  private readonly running: RunningScript;
  private isReadOnly = false;
  /** Bits of what was denied when the script began; what the journal says, nothing denies. */
  private denied = 0;
  private goesToJournal = true;
  private outerDatabaseIndex = 0;

  constructor(context: Context, running: RunningScript) {
    this.context = context;
    this.running = running;
  }

  begin(isReadOnly: boolean, allowsMemory: boolean): void {
    const { server, session, origin } = this.context;
    this.isReadOnly = isReadOnly;
    this.denied = origin === FROM_JOURNAL ? 0 : server.denied;
    if (allowsMemory) this.denied &= ~NEEDS_MEMORY;
    this.goesToJournal = true;
    this.outerDatabaseIndex = session.databaseIndex;
    this.reply.resp3 = false;
  }

  end(): void {
    this.context.session.databaseIndex = this.outerDatabaseIndex;
    this.reply.clear();
  }

  call(request: Request): string {
    const { context, reply } = this;
    const { server, effects } = context;
    const command = commandOf(server.commands, request);
    const line = command === null ? UNKNOWN : this.refusal(command, request);
    if (command === null || line !== '') {
      server.statistics.errors.add(line);
      if (command !== null) server.statistics.commands.of(command).rejectedCalls++;
      return line;
    }
    if ((command.flags & WRITE) !== 0) this.running.hasWritten = true;
    reply.clear();
    if (!this.goesToJournal) effects.mute();
    call(context, context.session, command, request, reply, FROM_SCRIPT);
    if (!this.goesToJournal) effects.unmute();
    return '';
  }

  get lastCallUs(): number {
    return this.context.server.costs.lastUs;
  }

  mayCall(request: Request): boolean | null {
    return commandOf(this.context.server.commands, request) === null ? null : true;
  }

  /** There are no replicas yet. */
  setReplication(toJournal: boolean): void {
    this.goesToJournal = toJournal;
  }

  countError(line: string): void {
    this.context.server.statistics.errors.add(line);
  }

  log(level: LogLevel, message: string): void {
    this.context.server.log.write(level, message);
  }

  tick(): string {
    return this.running.tick();
  }

  text(bytes: Uint8Array, start: number, end: number): string {
    if (end - start <= SHORT_TEXT_SIZE_MAX) return latin1Text(bytes, start, end);
    return this.context.server.host.latin1Text(bytes, start, end);
  }

  writeText(text: string, bytes: Uint8Array, at: number): void {
    const { length } = text;
    if (length > SHORT_WRITE_SIZE_MAX) this.context.server.host.writeLatin1(text, bytes, at);
    else for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
  }

  get memorySizeMax(): number {
    return Math.min(MEMORY_SIZE_MAX, this.context.server.host.heapSizes().max / 2);
  }

  memorySize(): number {
    return this.context.server.host.heapSizes().used;
  }

  liveMemorySize(): number {
    return this.context.server.host.liveHeapSize();
  }

  processorSeconds(): number {
    const { user, system } = this.context.server.host.processorSeconds();
    return user + system;
  }

  /** Why the script may not call the command; '' when it may. The order is Redis's. */
  private refusal(command: Command, request: Request): string {
    const { flags } = command;
    if (!command.acceptsCount(request.count)) return WRONG_COUNT;
    if ((flags & NOSCRIPT) !== 0 && !this.callsEverything) return NOT_FROM_SCRIPT;
    if ((flags & RUNS_SCRIPT) !== 0) return NOT_FROM_SCRIPT;
    if (this.isReadOnly && (flags & (WRITE | MAY_REPLICATE)) !== 0) return NO_WRITES_ALLOWED;
    // What has written goes on: nothing stops it half-way.
    if (this.running.hasWritten || this.denied === 0) return '';
    if (this.isRefusedByDisk(command, request)) return this.context.server.diskProblem;
    if ((flags & WRITE) !== 0 && (this.denied & NEEDS_REPLICAS) !== 0) return TOO_FEW_REPLICAS;
    return (flags & DENYOOM) !== 0 && (this.denied & NEEDS_MEMORY) !== 0 ? OUT_OF_MEMORY : '';
  }

  /** Writes are, and what would tell of data that may not last. */
  private isRefusedByDisk(command: Command, request: Request): boolean {
    const { denied } = this;
    if ((command.flags & WRITE) !== 0 && (denied & NEEDS_DISK) !== 0) return true;
    const isNoticed = (command.needs & denied & NEEDS_NO_JOURNAL) !== 0;
    return isNoticed && this.context.server.journal.refuses(command, request);
  }
}

const UNKNOWN = 'ERR Unknown Redis command called from script';
const WRONG_COUNT = 'ERR Wrong number of args calling Redis command from script';
const NOT_FROM_SCRIPT = 'ERR This Redis command is not allowed from script';
const NO_WRITES_ALLOWED = 'ERR Write commands are not allowed from read-only scripts.';
