// Payloads of DUMP for tests, put together by hand: the checksum is computed bit by bit, so that it
// can be a witness against the server's.

const POLYNOMIAL = 0x95ac9329ac4bc9b5n;
const FOOTER_SIZE = 10;
const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 0n ? crc >> 1n : (crc >> 1n) ^ POLYNOMIAL;
  return crc;
});

/** CRC-64 as Redis has it. */
export function crc64(bytes: Uint8Array): bigint {
  let crc = 0n;
  for (const byte of bytes) crc = TABLE[Number(crc & 255n) ^ byte] ^ (crc >> 8n);
  return crc;
}

/** A payload of these bytes, type included, with version and checksum. */
export function payloadOf(body: Uint8Array, version = 11): Buffer {
  const footer = Buffer.alloc(FOOTER_SIZE);
  footer.writeUInt16LE(version, 0);
  const whole = Buffer.concat([body, footer]);
  whole.writeBigUInt64LE(crc64(whole.subarray(0, -8)), whole.length - 8);
  return whole;
}

/** The bytes of a payload that payloadOf() was given. */
export function bodyOf(payload: Uint8Array): Buffer {
  return Buffer.from(payload.subarray(0, payload.length - FOOTER_SIZE));
}
