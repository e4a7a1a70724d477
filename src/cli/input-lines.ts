// The standard input, line by line, where nobody types. Text is latin1: one character per byte.
import { Failure } from './screen.ts';

/** As many bytes as Redis takes for a request; a line without an end must not fill the memory. */
const LINE_SIZE_MAX = 2 ** 29;

export class InputLines {
  private readonly chunks: AsyncIterator<Buffer>;
  private text = '';
  private isOver = false;

  constructor(input: NodeJS.ReadStream) {
    this.chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next line without its end; null behind the last one. */
  async next(): Promise<string | null> {
    for (let from = 0; ; ) {
      const end = this.text.indexOf('\n', from);
      if (end >= 0) return this.take(end, end + 1);
      from = this.text.length;
      if (this.isOver) return from === 0 ? null : this.take(from, from);
      const { value, done } = await this.chunks.next();
      if (done) this.isOver = true;
      else this.text += value.toString('latin1');
      if (this.text.length > LINE_SIZE_MAX) throw new Failure('A line of the input is too long');
    }
  }

  private take(end: number, next: number): string {
    const line = this.text.slice(0, end);
    this.text = this.text.slice(next);
    return line;
  }
}
