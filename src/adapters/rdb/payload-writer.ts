// Writes the payload of a value in steps, while the value stands still. It is encoded twice, since
// whoever gets it must know beforehand how long it is, and nobody needs to have all of it.
//
// It is one that Redis 7.0 and all later ones read (7.4, where fields have deadlines), as the files
// of ours are; that of DUMP says more (dump-payloads.ts).
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';
import { ChunkSink } from './chunk-sink.ts';
import type { DumpSettings } from './dump-payloads.ts';
import { payloadVersion, VERSION_7_0 } from './types.ts';
import { ValueEncoder } from './value-encoder.ts';

/** Elements of a stream, and the like, in a step. */
const ELEMENTS_AT_ONCE = 16;

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
  private readonly settings: DumpSettings;
  private readonly target: PayloadTarget;
  private readonly sink = new ChunkSink(this);
  private readonly encoder: ValueEncoder;
  private phase = NOTHING;
  private ref = 0;
  private type = 0;
  private size = 0;

  constructor({ records, hashKey }: Keyspace, settings: DumpSettings, target: PayloadTarget) {
    const { collections } = settings;
    this.settings = settings;
    this.target = target;
    this.encoder = new ValueEncoder(records, hashKey, collections, this.sink, VERSION_7_0);
  }

  /** Begins that of the value of an entry: goOn() writes it. */
  begin(ref: number): void {
    this.ref = ref;
    this.size = 0;
    this.encode(MEASURES);
  }

  /** Does some of the work. Is there more? */
  goOn(): boolean {
    while (this.phase !== NOTHING) {
      if (this.encoder.step(ELEMENTS_AT_ONCE)) return true;
      this.encoder.writer.byte(payloadVersion(this.type, VERSION_7_0));
      this.encoder.writer.byte(0);
      this.sink.addChecksum();
      if (this.phase === MEASURES) {
        this.target.expect(this.size);
        this.encode(WRITES);
      } else this.phase = NOTHING;
    }
    return false;
  }

  /** Of the sink: what was encoded. */
  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase === MEASURES) this.size += end - start;
    else this.target.take(bytes, start, end);
  }

  private encode(phase: number): void {
    const { sink, encoder, ref } = this;
    this.phase = phase;
    sink.hasChecksum = phase === WRITES;
    sink.crc.reset();
    encoder.writer.packs = this.settings.packsDumps;
    this.type = encoder.typeOf(ref);
    encoder.writer.byte(this.type);
    encoder.begin(ref);
  }
}
