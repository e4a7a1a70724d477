// A payload of DUMP (dump-payloads.ts) that is being read, in steps: first its checksum, then its
// value, whose blocks are nobody's so far. Between two steps others may run: FLUSHALL lets those
// blocks be gone, and then the value is read anew.
import { CRC64_SIZE, Crc64 } from '../../domain/bytes/crc64.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { ValueInMaking } from '../../domain/keyspace/pending-frees.ts';
import { NONE } from '../../domain/memory/arena.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import {
  BAD_FORMAT,
  NO_ROOM,
  type PayloadReading,
  RESTORABLE,
  UNDER_WAY,
  WRONG_CHECKSUM,
} from '../../engine/dump-codec.ts';
import { DONE, GOES_ON, SHORT } from './reader.ts';
import { VERSION_7_4 } from './types.ts';
import { ValueDecoder } from './value-decoder.ts';

const VERSION_SIZE = 2;
/** Version and checksum. */
export const PAYLOAD_FOOTER_SIZE = VERSION_SIZE + CRC64_SIZE;
const NO_BYTES = new Uint8Array(0);

// What a step does.
const CHECKING = 0;
const BEGINNING = 1;
const DECODING = 2;
const OVER = 3;
const BYTES_CHECKED = 32 * 1024;
const ELEMENTS_READ = 64;

export class DumpReading implements PayloadReading {
  problem = '';
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;
  private readonly crc = new Crc64();
  private decoder: ValueDecoder;
  private bytes: Uint8Array = NO_BYTES;
  private start = 0;
  private end = 0;
  private phase = OVER;
  /** How far the checksum has been made. */
  private at = 0;
  private making: ValueInMaking | null = null;
  private onOver = (): void => {};

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limits = limits;
    this.decoder = new ValueDecoder(keyspace, limits);
  }

  /** Begins to read bytes[start, end). `onOver` is called when nothing is left to be done. */
  begin(
    bytes: Uint8Array,
    start: number,
    end: number,
    checksChecksum: boolean,
    onOver: () => void,
  ): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.phase = checksChecksum ? CHECKING : BEGINNING;
    this.at = start;
    this.problem = '';
    this.onOver = onOver;
    this.crc.reset();
  }

  step(): number {
    const outcome = this.goOn();
    if (outcome !== UNDER_WAY && outcome !== RESTORABLE) this.leave();
    return outcome;
  }

  store(
    database: Database,
    buffer: Uint8Array,
    keyStart: number,
    keyEnd: number,
    replaced: number,
  ): number {
    const { keyspace, decoder } = this;
    const ref = decoder.built.store(keyspace, database, buffer, keyStart, keyEnd, replaced);
    this.leave();
    return ref;
  }

  drop(): void {
    if (this.phase === OVER) this.decoder.built.drop(this.keyspace);
    else if (this.phase === DECODING && !this.isGone) this.decoder.drop();
    this.leave();
  }

  private goOn(): number {
    if (this.phase === CHECKING) return this.check();
    if (this.phase === DECODING && this.isGone) {
      this.decoder = new ValueDecoder(this.keyspace, this.limits);
      this.making = null;
      this.phase = BEGINNING;
    }
    if (this.phase === BEGINNING && !this.beginValue()) return BAD_FORMAT;
    return this.decode();
  }

  /** Has FLUSHALL taken the blocks away? */
  private get isGone(): boolean {
    return this.making !== null && !this.keyspace.pending.isMade(this.making);
  }

  /** Is it of a version that is known, and has it its checksum? */
  private check(): number {
    const { bytes, crc, end, start } = this;
    if (!isFooterKnown(bytes, start, end)) return WRONG_CHECKSUM;
    const from = this.at;
    this.at = Math.min(end - CRC64_SIZE, from + BYTES_CHECKED);
    crc.update(bytes, from, this.at);
    if (this.at < end - CRC64_SIZE) return UNDER_WAY;
    this.phase = BEGINNING;
    return crc.equals(bytes, this.at) ? UNDER_WAY : WRONG_CHECKSUM;
  }

  private beginValue(): boolean {
    const { decoder, bytes, start, end } = this;
    const { reader } = decoder;
    reader.open(bytes, start, end - PAYLOAD_FOOTER_SIZE);
    this.phase = DECODING;
    if (reader.left > 0 && decoder.begin(reader.byte())) return true;
    this.problem = 'Values of this type are not known.';
    return false;
  }

  private decode(): number {
    const { decoder, keyspace } = this;
    const { reader } = decoder;
    if (keyspace.arena.isNearlyFull) {
      decoder.drop();
      return NO_ROOM;
    }
    const outcome = decoder.step(ELEMENTS_READ);
    if (outcome === GOES_ON) {
      this.noteRoot();
      return UNDER_WAY;
    }
    this.endMaking();
    if (outcome === DONE && reader.left === 0) {
      this.phase = OVER;
      return RESTORABLE;
    }
    if (outcome === DONE) {
      this.problem = 'There is something behind the value.';
      decoder.built.drop(keyspace);
    } else {
      this.problem = outcome === SHORT ? 'It ends in the midst of a value.' : decoder.problem;
      if (outcome === SHORT) decoder.drop();
    }
    return BAD_FORMAT;
  }

  /** Whoever walks all blocks is to know those that the value has. */
  private noteRoot(): void {
    const { decoder, keyspace } = this;
    if (this.making !== null || decoder.root === NONE) return;
    this.making = keyspace.pending.begin(decoder.root, decoder.kind);
  }

  private endMaking(): void {
    if (this.making !== null) this.keyspace.pending.end(this.making);
    this.making = null;
  }

  private leave(): void {
    this.endMaking();
    this.phase = OVER;
    this.bytes = NO_BYTES;
    this.decoder.reader.close();
    this.onOver();
  }
}

/** Has the payload bytes[start, end) a version, and is it known? */
export function isFooterKnown(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < PAYLOAD_FOOTER_SIZE) return false;
  const versionAt = end - PAYLOAD_FOOTER_SIZE;
  return (bytes[versionAt] | (bytes[versionAt + 1] << 8)) <= VERSION_7_4;
}
