// Writes RDB files: a header, facts, libraries of functions, and the entries of one database after
// the other, each behind what is to be known of it, and at the end the checksum of all. FORMAT.md
// has the picture. Bytes leave in chunks; nobody needs to have the file, or its size, before.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { Records } from '../../domain/memory/record.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import {
  type ByteTarget,
  NOT_GIVEN,
  type RdbFacts,
  type RdbWriting,
} from '../../engine/persistence/rdb-format.ts';
import { ChunkSink } from './chunk-sink.ts';
import {
  OPCODE_AUX,
  OPCODE_DATABASE,
  OPCODE_DEADLINE_MS,
  OPCODE_END,
  OPCODE_FREQUENCY,
  OPCODE_IDLE,
  OPCODE_LIBRARY,
  OPCODE_SIZES,
  SIGNATURE,
  VERSION_7_0,
} from './types.ts';
import { ValueEncoder } from './value-encoder.ts';

const VERSION_DIGITS = 4;

export class RdbFileWriter implements RdbWriting {
  private readonly encoder: ValueEncoder;
  private readonly records: Records;
  private readonly sink: ChunkSink;

  constructor({ records, hashKey }: Keyspace, limits: CollectionLimits, target: ByteTarget) {
    this.records = records;
    this.sink = new ChunkSink(target);
    this.encoder = new ValueEncoder(records, hashKey, limits, this.sink, VERSION_7_0);
  }

  begin(facts: RdbFacts, hasChecksum: boolean, packs: boolean, isPatient = false): void {
    const { sink } = this;
    const { writer } = this.encoder;
    sink.hasChecksum = hasChecksum;
    writer.packs = packs;
    writer.isPatient = isPatient;
    const header = SIGNATURE + String(VERSION_7_0).padStart(VERSION_DIGITS, '0');
    writer.raw(latin1Bytes(header), 0, header.length);
    this.fact('redis-ver', facts.redisVersion);
    this.fact('redis-bits', String(facts.bits));
    this.fact('ctime', String(facts.seconds));
    this.fact('used-mem', String(facts.usedMemory));
    this.fact('aof-base', facts.isAofBase ? '1' : '0');
  }

  library(code: Uint8Array): void {
    const { writer } = this.encoder;
    writer.byte(OPCODE_LIBRARY);
    writer.string(code, 0, code.length);
  }

  database(index: number, keys: number, deadlines: number): void {
    const { writer } = this.encoder;
    this.select(index);
    writer.byte(OPCODE_SIZES);
    writer.length(keys);
    writer.length(deadlines);
  }

  select(index: number): void {
    const { writer } = this.encoder;
    writer.byte(OPCODE_DATABASE);
    writer.length(index);
  }

  entry(ref: number, deadlineMs: number, idleSeconds: number, frequency: number): void {
    const { encoder } = this;
    this.use(deadlineMs, idleSeconds, frequency);
    this.key(encoder.typeOf(ref), ref);
    encoder.begin(ref);
  }

  entryOfParts(
    ref: number,
    deadlineMs: number,
    idleSeconds: number,
    frequency: number,
    parts: number,
    earliestMs: number,
  ): void {
    const { encoder } = this;
    this.use(deadlineMs, idleSeconds, frequency);
    this.key(encoder.typeAt(ref, earliestMs), ref);
    encoder.beginParts(ref, parts, earliestMs);
  }

  part(ref: number): void {
    this.encoder.part(ref);
  }

  /** What is known of an entry besides its value. */
  private use(deadlineMs: number, idleSeconds: number, frequency: number): void {
    const { writer } = this.encoder;
    if (deadlineMs !== NOT_GIVEN) {
      writer.byte(OPCODE_DEADLINE_MS);
      writer.milliseconds(deadlineMs);
    }
    if (idleSeconds !== NOT_GIVEN) {
      writer.byte(OPCODE_IDLE);
      writer.length(idleSeconds);
    }
    if (frequency !== NOT_GIVEN) {
      writer.byte(OPCODE_FREQUENCY);
      writer.byte(frequency);
    }
  }

  private key(type: number, ref: number): void {
    const { records } = this;
    const { writer } = this.encoder;
    writer.byte(type);
    records.locateKey(ref);
    writer.string(records.keyBytes, records.keyStart, records.keyEnd);
  }

  step(elementsMax: number): boolean {
    return this.encoder.step(elementsMax);
  }

  end(): void {
    this.encoder.writer.byte(OPCODE_END);
    this.sink.addChecksum();
  }

  private fact(name: string, text: string): void {
    const { writer } = this.encoder;
    writer.byte(OPCODE_AUX);
    writer.string(latin1Bytes(name), 0, name.length);
    writer.string(latin1Bytes(text), 0, text.length);
  }
}
