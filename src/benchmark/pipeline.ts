// The requests that a client sends at once: copies of one command, encoded before the clock runs.
// Where the command says __rand_int__ stand twelve digits, which are patched in place each time.
// All copies are of the same size, so that fewer of them are a beginning of the bytes.
import { encodeRequest } from '../cli/connection.ts';
import type { Random } from '../engine/ports.ts';
import type { SeededRandom } from '../engine/seeded-random.ts';

const PLACEHOLDER = '__rand_int__';
const DATA = '__data__';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ZERO = 48;
/** What half of the digits can say: whole numbers that large are quickly divided. */
const HALF = 1e6;

/** One command. Text is latin1: one character per byte. */
export interface Command {
  /** What a report calls it. */
  readonly title: string;
  /** The bytes of one request. */
  readonly request: string;
}

export function commandOf(title: string, words: readonly string[], data: string): Command {
  return { title, request: encodeRequest(words.map((word) => word.replaceAll(DATA, data))) };
}

/** Letters and digits. */
export function randomText(size: number, random: Random): string {
  let text = '';
  for (let i = 0; i < size; i++) text += LETTERS[random.next() % LETTERS.length];
  return text;
}

/** Where digits begin in a request; nowhere when nothing is to be random. */
function placesIn(request: string, keyspace: number): number[] {
  const places: number[] = [];
  if (keyspace === 0) return places;
  for (let at = request.indexOf(PLACEHOLDER); at >= 0; ) {
    places.push(at);
    at = request.indexOf(PLACEHOLDER, at + PLACEHOLDER.length);
  }
  return places;
}

export class Pipeline {
  readonly bytes: Uint8Array;
  private readonly requestSize: number;
  private readonly places: Int32Array;
  private readonly placesEach: number;
  private readonly keyspace: number;

  /** `count` requests, with numbers below `keyspace`; 0 leaves placeholders as they are. */
  constructor(request: string, count: number, keyspace: number) {
    const size = request.length;
    const each = placesIn(request, keyspace);
    this.bytes = new Uint8Array(size * count);
    this.bytes.set(Buffer.from(request, 'latin1'));
    for (let done = 1; done < count; done *= 2) this.bytes.copyWithin(size * done, 0, size * done);
    this.places = new Int32Array(each.length * count);
    this.placesEach = each.length;
    for (let i = 0; i < this.places.length; i++) {
      const place = each[i % each.length] + size * Math.floor(i / each.length);
      this.bytes.fill(ZERO, place, place + PLACEHOLDER.length);
      this.places[i] = place;
    }
    this.requestSize = size;
    this.keyspace = keyspace;
  }

  /** Do its bytes change? Otherwise one serves all clients. */
  get isPatched(): boolean {
    return this.places.length > 0;
  }

  /** Draws new numbers for the first `count` requests and returns the size of their bytes. */
  prepare(count: number, random: SeededRandom): number {
    const { bytes, places, keyspace } = this;
    const end = count * this.placesEach;
    const isLong = keyspace > HALF;
    for (let i = 0; i < end; i++) {
      writeDigits(bytes, places[i], random.below(keyspace), isLong);
    }
    return count * this.requestSize;
  }
}

/** Twelve digits; the first six are zeros already, and stay so where no number is longer. */
function writeDigits(bytes: Uint8Array, at: number, value: number, isLong: boolean): void {
  let low = value;
  if (isLong) {
    const high = Math.floor(value / HALF);
    low = value - high * HALF;
    writeSixDigits(bytes, at, high);
  }
  writeSixDigits(bytes, at + 6, low);
}

function writeSixDigits(bytes: Uint8Array, at: number, value: number): void {
  for (let i = at + 5; i >= at; i--) {
    const rest = (value / 10) | 0;
    bytes[i] = ZERO + value - rest * 10;
    value = rest;
  }
}
