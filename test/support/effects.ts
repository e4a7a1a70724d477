// The journal of tests: keeps the effects of commands as command lines.
import type { EffectSink } from '../../src/engine/effects.ts';
import { parseReply, ReplyReader } from './resp.ts';

export class RecordedEffects implements EffectSink {
  private lines: string[] = [];

  write(bytes: Uint8Array, size: number): void {
    const reader = new ReplyReader();
    reader.push(bytes.subarray(0, size));
    for (let raw = reader.next(); raw !== null; raw = reader.next()) {
      this.lines.push(
        parseReply(raw)
          .items.map(({ text }) => text)
          .join(' '),
      );
    }
    if (reader.rest().length > 0) throw new Error('an effect is not whole');
  }

  /** What was written since the last call: `SET k v`, one command a line. */
  take(): string[] {
    const { lines } = this;
    this.lines = [];
    return lines;
  }
}
