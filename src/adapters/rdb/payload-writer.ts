// Writes the payload of a value in steps for who must know beforehand how long it is. It is encoded
// twice, so that nobody needs to have all of it.
//
// It is one that Redis 7.0 and all later ones read, as the files of ours are; that of DUMP says
// more.
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';
import { type DumpSettings, DumpWriting } from './dump-writing.ts';
import { VERSION_7_0 } from './types.ts';

// What is being done.
const NOTHING = 0;
const MEASURES = 1;
const WRITES = 2;

/** Who gets payloads. */
export interface PayloadTarget extends ByteTarget {
  /** A payload of so many bytes follows. */
  expect(size: number): void;
}

export class PayloadWriter implements ByteTarget {
  private readonly target: PayloadTarget;
  private readonly writing: DumpWriting;
  private phase = NOTHING;
  private ref = 0;
  private size = 0;

  constructor(keyspace: Keyspace, settings: DumpSettings, target: PayloadTarget) {
    this.target = target;
    this.writing = new DumpWriting(keyspace, settings, this, VERSION_7_0);
  }

  /** Begins that of the value of an entry: goOn() writes it. */
  begin(ref: number): void {
    this.ref = ref;
    this.size = 0;
    this.phase = MEASURES;
    this.writing.begin(ref, false);
  }

  /** Does some of the work. Is there more? */
  goOn(): boolean {
    while (this.phase !== NOTHING) {
      if (!this.writing.step()) return true;
      if (this.phase === MEASURES) {
        this.target.expect(this.size);
        this.phase = WRITES;
        this.writing.begin(this.ref);
      } else this.phase = NOTHING;
    }
    return false;
  }

  /** Of the writing: what was encoded. */
  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase === MEASURES) this.size += end - start;
    else this.target.take(bytes, start, end);
  }
}
