// What encoders remember of a shape that tables share: its keys as they are written, in the order
// of traversal. A table of such a shape is written without a look at its keys.
import type { Shape } from '../shape.ts';

/** Longer keys are written each time. */
const KEY_SIZE_MAX = 64;

export type KeyWriter = (key: string) => string;

/** Of one kind of text: an encoder of its own for each. */
export class KeyTexts {
  private readonly known = new WeakMap<Shape, readonly string[] | null>();
  private readonly write: KeyWriter;
  // Tables of one shape often come in a row.
  private lastShape: Shape | null = null;
  private last: readonly string[] | null = null;

  constructor(write: KeyWriter) {
    this.write = write;
  }

  /** A text for each place of the shape's order; null if not all keys are short strings. */
  of(shape: Shape): readonly string[] | null {
    if (shape === this.lastShape) return this.last;
    if (!shape.isShared) return null;
    let texts = this.known.get(shape);
    if (texts === undefined) {
      texts = this.textsOf(shape);
      this.known.set(shape, texts);
    }
    this.lastShape = shape;
    this.last = texts;
    return texts;
  }

  private textsOf({ keys, order }: Shape): readonly string[] | null {
    const texts: string[] = [];
    for (const slot of order.slots) {
      const key = slot < 0 ? '' : keys[slot];
      if (typeof key !== 'string' || key.length > KEY_SIZE_MAX) return null;
      texts.push(slot < 0 ? '' : this.write(key));
    }
    return texts;
  }
}
