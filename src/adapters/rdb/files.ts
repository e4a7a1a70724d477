// RDB files, for the engine. Each file that is written or read has a codec of its own.
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { CollectionLimits } from '../../domain/values/collection-limits.ts';
import type { DiskFile } from '../../engine/disk.ts';
import type {
  ByteTarget,
  RdbFormat,
  RdbReading,
  RdbWriting,
} from '../../engine/persistence/rdb-format.ts';
import { RdbFileReader } from './file-reader.ts';
import { RdbFileWriter } from './file-writer.ts';
import { ValueDecoder } from './value-decoder.ts';

export class RdbFiles implements RdbFormat {
  private readonly keyspace: Keyspace;
  private readonly limits: CollectionLimits;

  constructor(keyspace: Keyspace, limits: CollectionLimits) {
    this.keyspace = keyspace;
    this.limits = limits;
  }

  writing(target: ByteTarget): RdbWriting {
    return new RdbFileWriter(this.keyspace, this.limits, target);
  }

  reading(file: DiskFile, checksChecksum: boolean): RdbReading {
    const decoder = new ValueDecoder(this.keyspace, this.limits);
    return new RdbFileReader(this.keyspace, decoder, file, checksChecksum);
  }
}
