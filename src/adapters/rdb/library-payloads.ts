// The payloads of FUNCTION DUMP and FUNCTION RESTORE:
//
//   (opcode:u8  code)*  version:u16  crc64:u64
//
// Code is a string of the RDB format, the source of a library; the checksum is that of everything
// before it.
import { CRC64_SIZE, type Crc64 } from '../../domain/bytes/crc64.ts';
import { VALUE_SIZE_MAX } from '../../domain/limits.ts';
import { isFooterKnown, PAYLOAD_FOOTER_SIZE } from './dump-reading.ts';
import { type RdbReader, RdbString } from './reader.ts';
import { OPCODE_LIBRARY, OPCODE_LIBRARY_EARLY } from './types.ts';
import type { RdbWriter } from './writer.ts';

export function writeLibraries(writer: RdbWriter, codes: readonly Uint8Array[]): void {
  for (const code of codes) {
    writer.byte(OPCODE_LIBRARY);
    writer.string(code, 0, code.length);
  }
}

/** The code of each library in bytes [start, end); a text says what is wrong with them. */
export function readLibraries(
  reader: RdbReader,
  bytes: Uint8Array,
  start: number,
  end: number,
  crc: Crc64 | null,
): Uint8Array[] | string {
  if (!isFooterKnown(bytes, start, end)) return WRONG_CHECKSUM;
  if (crc !== null) {
    crc.reset();
    crc.update(bytes, start, end - CRC64_SIZE);
    if (!crc.equals(bytes, end - CRC64_SIZE)) return WRONG_CHECKSUM;
  }
  reader.open(bytes, start, end - PAYLOAD_FOOTER_SIZE);
  const libraries: Uint8Array[] = [];
  const code = new RdbString();
  let size = 0;
  while (reader.left > 0) {
    const opcode = reader.byte();
    if (opcode === OPCODE_LIBRARY_EARLY) return 'Pre-GA function format not supported';
    if (opcode !== OPCODE_LIBRARY) return 'given type is not a function';
    if (!reader.string(code)) return UNREADABLE;
    size += code.end - code.start;
    // Few bytes may stand for many.
    if (size > VALUE_SIZE_MAX) return UNREADABLE;
    libraries.push(code.bytes.slice(code.start, code.end));
  }
  return libraries;
}

const UNREADABLE = 'Failed loading library payload';
const WRONG_CHECKSUM = 'DUMP payload version or checksum are wrong';
