// The payloads of DUMP and RESTORE:
//
//   type:u8  value  version:u16  crc64:u64
//
// The checksum is that of everything before it. Nothing may stand between value and version. Those
// of FUNCTION DUMP and RESTORE are in library-payloads.ts.
import { CRC64_SIZE, Crc64 } from '../../domain/bytes/crc64.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { DumpCodec, PayloadReading, PayloadWriting } from '../../engine/dump-codec.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';
import { DumpReading } from './dump-reading.ts';
import { type DumpSettings, DumpWriting } from './dump-writing.ts';
import { readLibraries, writeLibraries } from './library-payloads.ts';
import { RdbReader } from './reader.ts';
import { GrowingSink } from './sink.ts';
import { payloadVersion, VERSION_7_0, VERSION_7_2 } from './types.ts';
import { ValueEncoder } from './value-encoder.ts';

const TYPE_SIZE = 1;
const FIRST_SIZE = 256;
/** Elements between two looks at whether there is more to do. */
const ELEMENTS_AT_ONCE = 1024;

export class DumpPayloads implements DumpCodec {
  checksChecksum = true;
  private readonly keyspace: Keyspace;
  private readonly settings: DumpSettings;
  private readonly sink = new GrowingSink(FIRST_SIZE);
  // They are made when somebody dumps or restores: most servers never do.
  private madeEncoder: ValueEncoder | null = null;
  /** What reads, while nothing is being read. */
  private idle: DumpReading | null = null;
  private madeCrc: Crc64 | null = null;

  constructor(keyspace: Keyspace, settings: DumpSettings) {
    this.keyspace = keyspace;
    this.settings = settings;
  }

  dump(ref: number): Uint8Array {
    return this.end(payloadVersion(this.encode(ref), VERSION_7_2));
  }

  dumpLibraries(codes: readonly Uint8Array[]): Uint8Array {
    const { writer } = this.encoder;
    this.sink.at = 0;
    writer.packs = this.settings.packsDumps;
    writeLibraries(writer, codes);
    // Servers of both versions read it.
    return this.end(VERSION_7_0);
  }

  readLibraries(bytes: Uint8Array, start: number, end: number): Uint8Array[] | string {
    const reader = new RdbReader();
    const crc = this.checksChecksum ? this.crc : null;
    const libraries = readLibraries(reader, bytes, start, end, crc);
    reader.close();
    return libraries;
  }

  write(ref: number, target: ByteTarget): PayloadWriting {
    const writing = new DumpWriting(this.keyspace, this.settings, target, VERSION_7_2);
    writing.begin(ref);
    return writing;
  }

  sizeOf(ref: number): number {
    const { sink } = this;
    this.encode(ref);
    return sink.take(0).length - TYPE_SIZE;
  }

  read(bytes: Uint8Array, start: number, end: number): PayloadReading {
    const reading = this.idle ?? new DumpReading(this.keyspace, this.settings.collections);
    this.idle = null;
    reading.begin(bytes, start, end, this.checksChecksum, () => {
      this.idle = reading;
    });
    return reading;
  }

  private get encoder(): ValueEncoder {
    const { records, hashKey } = this.keyspace;
    const { collections } = this.settings;
    this.madeEncoder ??= new ValueEncoder(records, hashKey, collections, this.sink, VERSION_7_2);
    return this.madeEncoder;
  }

  private get crc(): Crc64 {
    this.madeCrc ??= new Crc64();
    return this.madeCrc;
  }

  /** The payload, when what belongs before its version was written. */
  private end(version: number): Uint8Array {
    const { sink, crc } = this;
    const { writer } = this.encoder;
    writer.byte(version);
    writer.byte(0);
    sink.reserve(CRC64_SIZE);
    crc.reset();
    crc.update(sink.bytes, 0, sink.at);
    crc.write(sink.bytes, sink.at);
    return sink.take(CRC64_SIZE);
  }

  /** Writes type and value. Returns the type. */
  private encode(ref: number): number {
    const { sink, encoder } = this;
    encoder.writer.packs = this.settings.packsDumps;
    sink.at = 0;
    const type = encoder.typeOf(ref);
    encoder.writer.byte(type);
    encoder.begin(ref);
    while (encoder.step(ELEMENTS_AT_ONCE));
    return type;
  }
}
