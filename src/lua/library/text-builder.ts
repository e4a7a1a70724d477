// Puts a string together from many small pieces. Bytes gather in an array: to join tiny strings one
// by one takes several times as long, and more memory.
import { BYTES_PER_FUEL, STRING_SIZE_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';

/** Bytes that become a string at a time. */
const BUFFER_SIZE = 512;
/** Longer pieces are joined as they are. */
const COPIED_SIZE_MAX = 8;
/** What joining takes besides the bytes. */
const JOINT_SIZE = 48;
/** So few bytes become a string faster in steps than by apply(). */
const FEW_BYTES = 64;

const make = String.fromCharCode;

export class TextBuilder {
  private text = '';
  private size = 0;
  /** Made by push(), so that V8 knows that it has no holes. */
  private readonly bytes: number[] = [];
  private readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
    while (this.bytes.length < BUFFER_SIZE) this.bytes.push(0);
  }

  /** Appends a part of a string. */
  add(source: string, start: number, end: number): void {
    let { size } = this;
    if (end - start > COPIED_SIZE_MAX || size > BUFFER_SIZE - COPIED_SIZE_MAX) {
      this.addSlowly(source, start, end);
      return;
    }
    const { bytes } = this;
    for (let i = start; i < end; i++) bytes[size++] = source.charCodeAt(i);
    this.size = size;
  }

  addByte(byte: number): void {
    if (this.size === BUFFER_SIZE) this.flush();
    this.bytes[this.size++] = byte;
  }

  private addSlowly(source: string, start: number, end: number): void {
    this.flush();
    if (end - start > COPIED_SIZE_MAX) this.append(source.substring(start, end));
    else this.add(source, start, end);
  }

  /** What has been put together; the builder is empty again. */
  take(): string {
    this.flush();
    const { text } = this;
    this.text = '';
    this.runtime.chargeString(text.length);
    return this.runtime.real(text);
  }

  private flush(): void {
    const { size } = this;
    if (size === 0) return;
    this.size = 0;
    this.append(textOfBytes(this.bytes, size));
  }

  private append(piece: string): void {
    const size = this.text.length + piece.length;
    if (size > STRING_SIZE_MAX) this.runtime.chargeString(size);
    this.runtime.charge(piece.length + JOINT_SIZE);
    this.runtime.spend(1 + piece.length / BYTES_PER_FUEL);
    this.text += piece;
  }
}

/** The string of the first `size` bytes, of which there are not too many for a call. */
export function textOfBytes(bytes: readonly number[], size: number): string {
  if (size > FEW_BYTES) {
    const all = size === bytes.length ? bytes : bytes.slice(0, size);
    return String.fromCharCode.apply(null, all as number[]);
  }
  let text = '';
  let i = 0;
  for (; i + 8 <= size; i += 8) {
    text += make(
      bytes[i],
      bytes[i + 1],
      bytes[i + 2],
      bytes[i + 3],
      bytes[i + 4],
      bytes[i + 5],
      bytes[i + 6],
      bytes[i + 7],
    );
  }
  if ((size & 4) !== 0) {
    text += make(bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]);
    i += 4;
  }
  if ((size & 2) !== 0) {
    text += make(bytes[i], bytes[i + 1]);
    i += 2;
  }
  return (size & 1) === 0 ? text : text + make(bytes[i]);
}
