// Refs that wait, the first one first. A ring that doubles when it is full.
import { unrolled } from './entry-queue.ts';

const FIRST_ROOM = 64;

export class RefQueue {
  count = 0;
  private refs = new Int32Array(FIRST_ROOM);
  private first = 0;

  /** Bytes that it takes. */
  get size(): number {
    return this.refs.byteLength;
  }

  add(ref: number): void {
    const { refs } = this;
    if (this.count === refs.length) this.grow();
    this.refs[(this.first + this.count++) & (this.refs.length - 1)] = ref;
  }

  /** Takes the first one; there is one. */
  take(): number {
    const ref = this.refs[this.first];
    this.first = (this.first + 1) & (this.refs.length - 1);
    this.count--;
    return ref;
  }

  private grow(): void {
    this.refs = unrolled(this.refs, new Int32Array(2 * this.refs.length), this.first);
    this.first = 0;
  }
}
