// Writes a payload of DUMP (dump-payloads.ts) in steps, while the value stands still: long strings
// are packed and written in pieces. One writes payloads one after the other.
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import type { PayloadWriting } from '../../engine/dump-codec.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';
import { ChunkSink } from './chunk-sink.ts';
import { payloadVersion } from './types.ts';
import { ValueEncoder } from './value-encoder.ts';

/** Elements that a step writes, or nodes, which may have some thousand bytes to be packed. */
const ELEMENTS_AT_ONCE = 8;

/** What of the settings is needed for payloads. */
export interface DumpSettings {
  readonly packsDumps: boolean;
  readonly collections: CollectionLimits;
}

export class DumpWriting implements PayloadWriting {
  private readonly settings: DumpSettings;
  private readonly version: number;
  private readonly sink: ChunkSink;
  private readonly encoder: ValueEncoder;
  private type = 0;

  /** Servers of `version` and all later ones read it (7.4, where fields have deadlines). */
  constructor(
    { records, hashKey }: Keyspace,
    settings: DumpSettings,
    target: ByteTarget,
    version: number,
  ) {
    this.settings = settings;
    this.version = version;
    this.sink = new ChunkSink(target);
    this.encoder = new ValueEncoder(records, hashKey, settings.collections, this.sink, version);
    this.encoder.writer.isPatient = true;
    this.encoder.writer.packsLong = true;
  }

  /** Begins that of the value of an entry, with its checksum or with zeros in its place. */
  begin(ref: number, hasChecksum = true): void {
    const { sink, encoder } = this;
    sink.hasChecksum = hasChecksum;
    sink.crc.reset();
    encoder.writer.packs = this.settings.packsDumps;
    this.type = encoder.typeOf(ref);
    encoder.writer.byte(this.type);
    encoder.begin(ref);
  }

  step(): boolean {
    if (this.encoder.step(ELEMENTS_AT_ONCE)) return false;
    const { writer } = this.encoder;
    writer.byte(payloadVersion(this.type, this.version));
    writer.byte(0);
    this.sink.addChecksum();
    return true;
  }
}
