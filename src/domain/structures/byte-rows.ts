// Rows of bytes in scratch memory, for work that takes long: copies that stand whatever becomes of
// what they were copied from. They lie one behind the other in pages; a row larger than a page has
// one of its own.
import { copyBytes } from '../bytes/compare.ts';

const FIRST_PAGE_SIZE = 4096;
const PAGE_SIZE_MAX = 256 * 1024;
/** The end of a row that is nothing. */
const NOTHING = 0xffffffff;
const NO_BYTES = new Uint8Array(0);

export class ByteRows {
  count = 0;
  /** Where the row is that locate() was asked for. */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  private readonly pages: Uint8Array[] = [];
  private pagesSize = 0;
  /** Bytes of the last page that are in use. */
  private used = 0;
  private readonly pageOf: Uint32Array;
  private readonly starts: Uint32Array;
  private readonly ends: Uint32Array;

  /** There is room for so many rows, of any size. */
  constructor(rowsMax: number) {
    this.pageOf = new Uint32Array(rowsMax);
    this.starts = new Uint32Array(rowsMax);
    this.ends = new Uint32Array(rowsMax);
  }

  /** Bytes that all of it takes. */
  get size(): number {
    return this.pagesSize + 3 * this.starts.byteLength;
  }

  add(buffer: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (this.pages.length === 0 || this.used + size > this.pages[this.pages.length - 1].length) {
      this.addPage(size);
    }
    const page = this.pages.length - 1;
    copyBytes(buffer, start, end, this.pages[page], this.used);
    const row = this.count++;
    this.pageOf[row] = page;
    this.starts[row] = this.used;
    this.used += size;
    this.ends[row] = this.used;
  }

  /** Adds a row that is nothing, not even empty. */
  addNothing(): void {
    this.ends[this.count++] = NOTHING;
  }

  /** Says where a row is. Is it something? */
  locate(row: number): boolean {
    this.end = this.ends[row];
    if (this.end === NOTHING) return false;
    this.bytes = this.pages[this.pageOf[row]];
    this.start = this.starts[row];
    return true;
  }

  private addPage(size: number): void {
    const last = this.pages.length === 0 ? FIRST_PAGE_SIZE / 2 : this.pages[0].length;
    const wanted = this.pages.length < 2 ? last * 2 : PAGE_SIZE_MAX;
    const page = new Uint8Array(Math.max(size, Math.min(PAGE_SIZE_MAX, wanted)));
    this.pages.push(page);
    this.pagesSize += page.length;
    this.used = 0;
  }
}
