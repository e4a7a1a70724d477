// Floating point numbers as the bytes of IEEE 754, for the libraries that pack.

// What NaN processors of Redis's usual kind make: its sign is set. JavaScript does not say which
// one it has.
const DOUBLE_NAN = 0xfff8;
const FLOAT_NAN = 0xffc0;

const view = new DataView(new ArrayBuffer(8));
const bytes = new Uint8Array(view.buffer);

/** The eight bytes of a double. */
export function textOfDouble(value: number, isLittle: boolean): string {
  view.setFloat64(0, value);
  if (Number.isNaN(value)) view.setUint16(0, DOUBLE_NAN);
  if (isLittle) bytes.reverse();
  const b = bytes;
  return String.fromCharCode(b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]);
}

/** The four bytes of a number as a float, rounded. */
export function textOfFloat(value: number, isLittle: boolean): string {
  view.setFloat32(0, value);
  if (Number.isNaN(value)) view.setUint16(0, FLOAT_NAN);
  const b = bytes;
  if (isLittle) return String.fromCharCode(b[3], b[2], b[1], b[0]);
  return String.fromCharCode(b[0], b[1], b[2], b[3]);
}

/** The double at an offset of a text, which has eight bytes there. */
export function doubleAt(text: string, offset: number, isLittle: boolean): number {
  view.setInt32(0, bitsAt(text, offset));
  view.setInt32(4, bitsAt(text, offset + 4));
  return view.getFloat64(0, isLittle);
}

/** The float at an offset of a text, which has four bytes there. */
export function floatAt(text: string, offset: number, isLittle: boolean): number {
  view.setInt32(0, bitsAt(text, offset));
  return view.getFloat32(0, isLittle);
}

function bitsAt(text: string, offset: number): number {
  const high = (text.charCodeAt(offset) << 24) | (text.charCodeAt(offset + 1) << 16);
  return high | (text.charCodeAt(offset + 2) << 8) | text.charCodeAt(offset + 3);
}
