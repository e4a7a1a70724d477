// The payloads of DUMP and RESTORE:
//
//   type:u8  value  version:u16  crc64:u64
//
// The checksum is that of everything before it. Nothing may stand between value and version.
import { CRC64_SIZE, Crc64 } from '../../domain/bytes/crc64.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import {
  BAD_FORMAT,
  type DumpCodec,
  NO_ROOM,
  RESTORABLE,
  WRONG_CHECKSUM,
} from '../../engine/dump-codec.ts';
import { DONE, GOES_ON, SHORT } from './reader.ts';
import { GrowingSink } from './sink.ts';
import { TYPE_HASH_METADATA_EARLY, VERSION_7_2, VERSION_7_4 } from './types.ts';
import { ValueDecoder } from './value-decoder.ts';
import { ValueEncoder } from './value-encoder.ts';

const TYPE_SIZE = 1;
const VERSION_SIZE = 2;
const FOOTER_SIZE = VERSION_SIZE + CRC64_SIZE;
const FIRST_SIZE = 256;
/** Elements between two looks at whether there is more to do. */
const ELEMENTS_AT_ONCE = 1024;

/** What of the settings is needed here. */
export interface DumpSettings {
  readonly packsDumps: boolean;
  readonly collections: CollectionLimits;
}

export class DumpPayloads implements DumpCodec {
  checksChecksum = true;
  problem = '';
  private readonly keyspace: Keyspace;
  private readonly settings: DumpSettings;
  private readonly sink = new GrowingSink(FIRST_SIZE);
  // They are made when somebody dumps or restores: most servers never do.
  private madeEncoder: ValueEncoder | null = null;
  private madeDecoder: ValueDecoder | null = null;
  private madeCrc: Crc64 | null = null;

  constructor(keyspace: Keyspace, settings: DumpSettings) {
    this.keyspace = keyspace;
    this.settings = settings;
  }

  dump(ref: number): Uint8Array {
    const { sink, crc } = this;
    const { writer } = this.encoder;
    const type = this.encode(ref);
    const version = type >= TYPE_HASH_METADATA_EARLY ? VERSION_7_4 : VERSION_7_2;
    writer.byte(version);
    writer.byte(0);
    sink.reserve(CRC64_SIZE);
    crc.reset();
    crc.update(sink.bytes, 0, sink.at);
    crc.write(sink.bytes, sink.at);
    return sink.take(CRC64_SIZE);
  }

  sizeOf(ref: number): number {
    const { sink } = this;
    this.encode(ref);
    return sink.take(0).length - TYPE_SIZE;
  }

  read(bytes: Uint8Array, start: number, end: number): number {
    if (!this.isWhole(bytes, start, end)) return WRONG_CHECKSUM;
    const answer = this.decode(bytes, start, end);
    if (answer !== RESTORABLE) this.decoder.reader.close();
    return answer;
  }

  private decode(bytes: Uint8Array, start: number, end: number): number {
    const { decoder } = this;
    const { reader } = decoder;
    reader.open(bytes, start, end - FOOTER_SIZE);
    if (reader.left === 0 || !decoder.begin(reader.byte())) {
      this.problem = 'Values of this type are not known.';
      return BAD_FORMAT;
    }
    let outcome = GOES_ON;
    while (outcome === GOES_ON) {
      if (this.keyspace.arena.isNearlyFull) {
        decoder.drop();
        return NO_ROOM;
      }
      outcome = decoder.step(ELEMENTS_AT_ONCE);
    }
    if (outcome === DONE && reader.left === 0) return RESTORABLE;
    if (outcome === DONE) {
      this.problem = 'There is something behind the value.';
      decoder.built.drop(this.keyspace);
    } else {
      this.problem = outcome === SHORT ? 'It ends in the midst of a value.' : decoder.problem;
      decoder.drop();
    }
    return BAD_FORMAT;
  }

  store(
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    replaced: number,
  ): number {
    const { keyspace } = this;
    const { built, reader } = this.decoder;
    const ref = built.store(keyspace, database, buffer, keyStart, keyEnd, replaced);
    reader.close();
    return ref;
  }

  drop(): void {
    this.decoder.built.drop(this.keyspace);
    this.decoder.reader.close();
  }

  private get encoder(): ValueEncoder {
    const { records, hashKey } = this.keyspace;
    const { collections } = this.settings;
    this.madeEncoder ??= new ValueEncoder(records, hashKey, collections, this.sink, VERSION_7_2);
    return this.madeEncoder;
  }

  private get decoder(): ValueDecoder {
    this.madeDecoder ??= new ValueDecoder(this.keyspace, this.settings.collections);
    return this.madeDecoder;
  }

  private get crc(): Crc64 {
    this.madeCrc ??= new Crc64();
    return this.madeCrc;
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

  /** Is it of a version that is known, and has it its checksum? */
  private isWhole(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < FOOTER_SIZE) return false;
    const versionAt = end - FOOTER_SIZE;
    if ((bytes[versionAt] | (bytes[versionAt + 1] << 8)) > VERSION_7_4) return false;
    if (!this.checksChecksum) return true;
    const { crc } = this;
    crc.reset();
    crc.update(bytes, start, end - CRC64_SIZE);
    return crc.equals(bytes, end - CRC64_SIZE);
  }
}
