// The grey hint behind the cursor: drawn after each key, and gone before the next one is heard, so
// that the line editor never knows of it.
import type { Interface, Key } from 'node:readline';

/** Cut to what is left of the row, so that it never wraps. */
export class HintLine {
  private readonly editor: Interface;
  private readonly output: NodeJS.WriteStream;
  private readonly hintOf: (line: string) => string;
  private isShown = false;

  constructor(
    editor: Interface,
    input: NodeJS.ReadStream,
    output: NodeJS.WriteStream,
    hintOf: (line: string) => string,
  ) {
    this.editor = editor;
    this.output = output;
    this.hintOf = hintOf;
    input.prependListener('keypress', () => this.erase());
    input.on('keypress', (_text: string | undefined, key: Key) => this.draw(key));
  }

  private erase(): void {
    // It is drawn at the end of the line alone, where the cursor still is.
    if (this.isShown) this.output.write('\x1b[K');
    this.isShown = false;
  }

  private draw(key: Key): void {
    const { line, cursor } = this.editor;
    if (key.name === 'return' || key.name === 'enter' || line === '' || cursor < line.length)
      return;
    const hint = this.hintOf(line);
    if (hint === '') return;
    const text = /\s$/.test(line) ? hint : ` ${hint}`;
    const left = this.output.columns - this.editor.getCursorPos().cols - 1;
    const shown = text.slice(0, Math.max(0, left));
    if (shown === '') return;
    this.output.write(`\x1b[90m${shown}\x1b[0m\x1b[${shown.length}D`);
    this.isShown = true;
  }
}
