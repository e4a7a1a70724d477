// Pieces of generated JavaScript. Line marks in the text become newlines at the end, so that what
// stands after the mark of a line is on that line: JavaScript's stack traces then tell Lua's lines.
// Marks of calls leave nothing in the text: where they stood tells what a frame calls.
const MARK_BEGIN = '\u0001';
const MARK_END = '\u0002';
const CALL = '#';
/** What all that runs takes of the stack where a function calls: known when it is written. */
export const STACK_SIZE = '\u0006';

/** What follows belongs to a line of the Lua source. */
export function mark(line: number): string {
  return `${MARK_BEGIN}${line}${MARK_END}`;
}

/** A call stands here, the `id`th of the chunk. */
export function callMark(id: number): string {
  return `${MARK_BEGIN}${CALL}${id}${MARK_END}`;
}

/**
 * The final text: each mark is as many newlines as lead to its line, none if it is behind.
 * `onCall` is told where calls stand: lines count from 1, columns from 0.
 */
export function withLines(
  text: string,
  onCall: (id: number, line: number, column: number) => void = () => {},
): string {
  let line = 1;
  let lineStart = 0;
  let out = '';
  let start = 0;
  for (;;) {
    const begin = text.indexOf(MARK_BEGIN, start);
    if (begin < 0) return out + text.slice(start);
    const end = text.indexOf(MARK_END, begin);
    out += text.slice(start, begin);
    start = end + 1;
    if (text[begin + 1] === CALL) {
      onCall(Number(text.slice(begin + 2, end)), line, out.length - lineStart);
      continue;
    }
    const wanted = Number(text.slice(begin + 1, end));
    if (wanted <= line) continue;
    out += '\n'.repeat(wanted - line);
    line = wanted;
    lineStart = out.length;
  }
}

/** A literal for a string of bytes. */
export function stringLiteral(value: string): string {
  let out = '"';
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    const isPlain = code >= 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c;
    out += isPlain ? value[i] : `\\x${code.toString(16).padStart(2, '0')}`;
  }
  return `${out}"`;
}

export function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '(1/0)';
  return Object.is(value, -0) ? '(-0)' : String(value);
}

/** A valid JavaScript identifier that no other has: `name` is for whoever debugs. */
export function identifier(name: string, id: number): string {
  return `${/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : ''}$${id}`;
}
