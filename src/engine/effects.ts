// Effects: what commands did to the data, as commands in RESP, for the journal and for replicas,
// which read the same bytes (shared: design/durability.md, part 1).
//
// A command that changed data is its own effect, word by word, unless its handler says otherwise in
// one line: instead(), also(), nothing(). The keyspace adds a DEL for each key that it expires or
// evicts, before the effect of whatever caused it. A unit is what must happen as a whole: a
// request, EXEC, a script, one step of the cron; several effects in it stand between MULTI and
// EXEC.
//
// Requests that are their own effects and stand one behind the other in their buffer are copied
// together: at the latest when that buffer may get other bytes.
//
// Invariants: [0, size) of `buffer` are whole effects but for the last one while it is written; the
// effects of the running unit begin at `unitStart`. What is to be copied, [laterStart, laterEnd) of
// `later`, has its room from `laterAt` on. While `isOn` is false nothing is kept.
import { latin1Bytes } from '../domain/bytes/ascii.ts';
import { copyBytes } from '../domain/bytes/compare.ts';
import { integerText } from '../domain/bytes/integer.ts';
import type { Request } from './request.ts';

/** Takes effects: the port of journal and replicas. */
export interface EffectSink {
  /**
   * Whole units in bytes [0, size), which are the caller's again when this returns; none if only
   * calls were noticed.
   */
  write(bytes: Uint8Array, size: number): void;
}

const FIRST_SIZE = 4096;
/** A buffer that a large unit made larger than this is not kept. */
const KEPT_SIZE_MAX = 1024 * 1024;
const STAR = 42;
const DOLLAR = 36;
const CR = 13;
const LF = 10;
/** The longest `*<count>\r\n` or `$<size>\r\n`. */
const HEADER_SIZE_MAX = 24;
const LINE_END_SIZE = 2;
/** A larger request is copied at once: its buffer may become the value's. */
const LATER_SIZE_MAX = 1024;
const NO_BYTES = new Uint8Array(0);
/** Bytes of a header but its digits: `*` or `$`, CR, LF. */
const HEADER_SIZE = 3;
const NO_DATABASE = -1;
const MULTI = latin1Bytes('*1\r\n$5\r\nMULTI\r\n');
const EXEC = latin1Bytes('*1\r\n$4\r\nEXEC\r\n');

/** What a call says of its effect. */
const ITSELF = 0;
const SAID = 1;

export class Effects {
  /** Does anybody want them? */
  isOn = false;
  buffer = new Uint8Array(FIRST_SIZE);
  size = 0;
  /** Is there something to deliver? */
  isDue = false;
  private sink: EffectSink | null = null;
  private unitStart = 0;
  private unitEffects = 0;
  /** Units within units are parts of the outermost one. */
  private depth = 0;
  /** The database that the effects so far leave selected. */
  private selected = NO_DATABASE;
  private databaseIndex = 0;
  private said = ITSELF;
  private isForced = false;
  private later: Uint8Array = NO_BYTES;
  private laterStart = 0;
  private laterEnd = 0;
  private laterAt = 0;

  /** From here on effects go to `sink`; to nobody with null. */
  attach(sink: EffectSink | null): void {
    this.sink = sink;
    this.isOn = sink !== null;
    this.later = NO_BYTES;
    this.size = 0;
    this.unitStart = 0;
    this.unitEffects = 0;
    this.isDue = false;
    this.selected = NO_DATABASE;
  }

  /** What follows stands in another file, which says its database by itself. */
  selectAnew(): void {
    this.selected = NO_DATABASE;
  }

  /**
   * What is called from here on goes to nobody: redis.set_repl(). What the keyspace removes by
   * itself is told all the same, since whoever repeats the effects removes nothing by himself.
   */
  mute(): void {
    this.isOn = false;
  }

  unmute(): void {
    this.isOn = this.sink !== null;
  }

  // What handlers say.

  /** In place of the command: one of this name and `count - 1` arguments, which follow. */
  instead(name: string, count: number): this {
    this.said = SAID;
    return this.also(name, count);
  }

  /** Besides the command, and before it: one of this name and `count - 1` arguments. */
  also(name: string, count: number): this {
    if (!this.isOn) return this;
    this.begin(count);
    return this.text(name);
  }

  /** The command has no effect that anybody needs to repeat. */
  nothing(): void {
    this.said = SAID;
  }

  /** The command is to be repeated even though it changed nothing here. */
  force(): void {
    this.isForced = true;
  }

  /** The next argument of instead() or also(): one of the request's. */
  argument({ buffer, starts, ends }: Request, argument: number): this {
    return this.bytes(buffer, starts[argument], ends[argument]);
  }

  integer(value: number): this {
    return this.isOn ? this.text(integerText(value)) : this;
  }

  text(value: string): this {
    if (!this.isOn) return this;
    this.header(DOLLAR, value.length);
    this.reserve(value.length + 2);
    for (let i = 0; i < value.length; i++) this.buffer[this.size++] = value.charCodeAt(i);
    this.lineEnd();
    return this;
  }

  bytes(buffer: Uint8Array, start: number, end: number): this {
    if (!this.isOn) return this;
    this.header(DOLLAR, end - start);
    this.reserve(end - start + 2);
    this.buffer.set(buffer.subarray(start, end), this.size);
    this.size += end - start;
    this.lineEnd();
    return this;
  }

  // What the engine says.

  /** The keyspace has removed a key by itself, which is as good as the command `name` (DEL). */
  removed(
    name: string,
    databaseIndex: number,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (this.sink === null) return;
    const { databaseIndex: outer, isOn } = this;
    this.databaseIndex = databaseIndex;
    this.isOn = true;
    this.begin(2);
    this.text(name).bytes(buffer, start, end);
    this.databaseIndex = outer;
    this.isOn = isOn;
    if (this.depth === 0) this.endUnit(false);
  }

  /** The keyspace has removed a field of a hash by itself: HDEL. */
  removedField(
    databaseIndex: number,
    buffer: Uint8Array,
    start: number,
    end: number,
    field: Uint8Array,
    fieldStart: number,
    fieldEnd: number,
  ): void {
    if (this.sink === null) return;
    const { databaseIndex: outer, isOn } = this;
    this.databaseIndex = databaseIndex;
    this.isOn = true;
    this.begin(3);
    this.text('HDEL').bytes(buffer, start, end).bytes(field, fieldStart, fieldEnd);
    this.databaseIndex = outer;
    this.isOn = isOn;
    if (this.depth === 0) this.endUnit(false);
  }

  /** A unit begins; within another one it is a part of that. */
  beginUnit(): void {
    this.depth++;
  }

  /** The unit ends. `isLoose`: its effects need not be seen as a whole, as what SCAN expires. */
  endUnitOf(isLoose: boolean): void {
    if (--this.depth === 0) this.endUnit(isLoose);
  }

  /** A call begins. Returns what endCall() wants. */
  beginCall(databaseIndex: number): number {
    const outer = (this.databaseIndex << 2) | (this.said << 1) | (this.isForced ? 1 : 0);
    this.databaseIndex = databaseIndex;
    this.said = ITSELF;
    this.isForced = false;
    return outer;
  }

  /** The call has run, and `changed` data or not. Returns whether others must repeat it. */
  endCall(outer: number, request: Request, changed: boolean): boolean {
    const hasEffect = changed || this.isForced;
    if (this.said === ITSELF && hasEffect && this.isOn) this.repeat(request);
    this.databaseIndex = outer >> 2;
    this.said = (outer >> 1) & 1;
    this.isForced = (outer & 1) === 1;
    return hasEffect;
  }

  /** Hands on all units that are whole: what belongs to the running one waits for its end. */
  deliver(): void {
    const { unitStart } = this;
    this.isDue = false;
    this.copyLater();
    this.sink?.write(this.buffer, unitStart);
    this.unitStart = 0;
    if (unitStart < this.size) {
      this.buffer.copyWithin(0, unitStart, this.size);
      this.size -= unitStart;
      this.isDue = true;
      return;
    }
    this.size = 0;
    if (this.buffer.length > KEPT_SIZE_MAX) this.buffer = new Uint8Array(FIRST_SIZE);
  }

  /** The request as it came, if its bytes are those that would be written here; else anew. */
  private repeat(request: Request): void {
    const { buffer, origin, ends, count } = request;
    const end = ends[count - 1] + LINE_END_SIZE;
    if (buffer[origin] !== STAR || end - origin !== encodedSize(request)) {
      this.begin(count);
      for (let i = 0; i < count; i++) this.argument(request, i);
      return;
    }
    this.select();
    const size = end - origin;
    this.reserve(size);
    const at = this.size;
    this.size += size;
    const isNext = buffer === this.later && origin === this.laterEnd;
    if (!isNext || at !== this.laterAt + this.laterEnd - this.laterStart) {
      this.copyLater();
      this.later = buffer;
      this.laterStart = origin;
      this.laterAt = at;
    }
    this.laterEnd = end;
    if (size > LATER_SIZE_MAX) this.copyLater();
  }

  /** Copies what was put off: the buffer where it stands may get other bytes now. */
  copyLater(): void {
    const { later } = this;
    if (later === NO_BYTES) return;
    this.later = NO_BYTES;
    copyBytes(later, this.laterStart, this.laterEnd, this.buffer, this.laterAt);
  }

  private begin(count: number): void {
    this.select();
    this.header(STAR, count);
  }

  /** An effect begins, in its database. */
  private select(): void {
    this.unitEffects++;
    this.isDue = true;
    if (this.databaseIndex === this.selected) return;
    this.selected = this.databaseIndex;
    this.header(STAR, 2);
    this.text('SELECT').integer(this.databaseIndex);
  }

  private endUnit(isLoose: boolean): void {
    if (this.unitEffects > 1 && !isLoose) {
      this.copyLater();
      this.reserve(MULTI.length + EXEC.length);
      this.buffer.copyWithin(this.unitStart + MULTI.length, this.unitStart, this.size);
      this.buffer.set(MULTI, this.unitStart);
      this.size += MULTI.length;
      this.buffer.set(EXEC, this.size);
      this.size += EXEC.length;
    }
    this.unitStart = this.size;
    this.unitEffects = 0;
  }

  private header(type: number, value: number): void {
    this.reserve(HEADER_SIZE_MAX);
    this.buffer[this.size++] = type;
    const text = String(value);
    for (let i = 0; i < text.length; i++) this.buffer[this.size++] = text.charCodeAt(i);
    this.lineEnd();
  }

  private lineEnd(): void {
    this.buffer[this.size++] = CR;
    this.buffer[this.size++] = LF;
  }

  private reserve(more: number): void {
    if (this.size + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.size + more));
    larger.set(this.buffer.subarray(0, this.size));
    this.buffer = larger;
  }
}

/**
 * Bytes of a request in RESP. One that came in RESP has so many if it is written in the shortest
 * way; bytes that are arguments and nothing else are fewer.
 */
function encodedSize({ starts, ends, count }: Request): number {
  let size = HEADER_SIZE + digitsOf(count);
  for (let i = 0; i < count; i++) {
    const argumentSize = ends[i] - starts[i];
    size += HEADER_SIZE + digitsOf(argumentSize) + argumentSize + LINE_END_SIZE;
  }
  return size;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}
