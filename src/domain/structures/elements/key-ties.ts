// The order of rows with equal keys, or without any, whose values are elements: by the keys of
// these, byte by byte.
import { compareRanges } from '../../bytes/order.ts';
import type { TreeTies } from '../tree/ties.ts';
import type { Elements } from './elements.ts';

const NO_BYTES = new Uint8Array(0);

export class KeyTies implements TreeTies {
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  private readonly elements: Elements;

  constructor(elements: Elements) {
    this.elements = elements;
  }

  /** What is sought is bytes[start, end). */
  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  compare(element: number): number {
    const { elements } = this;
    elements.locateKey(element);
    const { keyBytes, keyStart, keyEnd } = elements;
    return compareRanges(this.bytes, this.start, this.end, keyBytes, keyStart, keyEnd);
  }

  take(element: number): void {
    const { elements } = this;
    elements.locateKey(element);
    this.set(elements.keyBytes, elements.keyStart, elements.keyEnd);
  }
}
