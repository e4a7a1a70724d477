// A payload of DUMP (dump-payloads.ts) of a large value, written in steps: long strings are packed
// and written in pieces.
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import type { PayloadWriting } from '../../engine/dump-codec.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';
import { ChunkSink } from './chunk-sink.ts';
import { payloadVersion, VERSION_7_2 } from './types.ts';
import { ValueEncoder } from './value-encoder.ts';

/** Elements that a step writes, or nodes, which may have some thousand bytes to be packed. */
const ELEMENTS_AT_ONCE = 8;

export class DumpWriting implements PayloadWriting {
  private readonly sink: ChunkSink;
  private readonly encoder: ValueEncoder;
  private readonly type: number;

  constructor(
    { records, hashKey }: Keyspace,
    limits: CollectionLimits,
    packs: boolean,
    ref: number,
    target: ByteTarget,
  ) {
    this.sink = new ChunkSink(target);
    this.sink.hasChecksum = true;
    this.encoder = new ValueEncoder(records, hashKey, limits, this.sink, VERSION_7_2);
    const { writer } = this.encoder;
    writer.packs = packs;
    writer.isPatient = true;
    writer.packsLong = true;
    this.type = this.encoder.typeOf(ref);
    writer.byte(this.type);
    this.encoder.begin(ref);
  }

  step(): boolean {
    if (this.encoder.step(ELEMENTS_AT_ONCE)) return false;
    const { writer } = this.encoder;
    writer.byte(payloadVersion(this.type, VERSION_7_2));
    writer.byte(0);
    this.sink.addChecksum();
    return true;
  }
}
