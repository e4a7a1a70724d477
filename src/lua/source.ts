// The generated text of each chunk, for errors: which name a function was called by stands in it.
// It lives as long as the chunk's main function.

/** Generated code has this before its number and name in its source URL. */
const PREFIX = 'lua:';
/** Lines that the JavaScript engine puts before the text of a function that it compiles. */
const HEADER_LINES = 2;
// What stands before the parenthesis of a call, and, in a generator, from its name on: see
// expressions.ts.
const CALL = /callee\(R,[^,]*,(?:''|"(\w+) '((?:[^"\\]|\\.)*)'")\)\)$/;
const CALL_INSIDE =
  /^callInside\(\(typeof [^?]*\?[^:]*:callee\(R,[^,]*,(?:''|"(\w+) '((?:[^"\\]|\\.)*)'")\)\)/;
const YIELD_SIZE = 'yield*'.length;

/** How a function was called: `method`, `rep`. */
export interface CallName {
  readonly kind: string;
  readonly name: string;
}

export class SourceText {
  readonly url: string;
  private text: readonly string[] = [];

  constructor(name: string) {
    const id = nextId++;
    this.url = `${PREFIX}${id}:${encodeURIComponent(name)}`;
    texts.set(id, new WeakRef(this));
    registry.register(this, id);
  }

  setText(text: string): void {
    this.text = text.split('\n');
  }

  line(line: number): string {
    return this.text[line - 1] ?? '';
  }
}

const texts = new Map<number, WeakRef<SourceText>>();
const registry = new FinalizationRegistry<number>((id) => texts.delete(id));
let nextId = 1;

/** What of a JavaScript stack frame is looked at. */
export interface Frame {
  getFunctionName(): string | null;
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/** Is it a frame of generated code? */
export function isGenerated(frame: Frame): boolean {
  return frame.getScriptNameOrSourceURL()?.startsWith(PREFIX) === true;
}

/** `user_script:3: ` for a frame of generated code. */
export function positionOf(frame: Frame): string {
  const url = frame.getScriptNameOrSourceURL() ?? '';
  const name = decodeURIComponent(url.slice(url.indexOf(':', PREFIX.length) + 1));
  return `${name}:${(frame.getLineNumber() ?? 0) - HEADER_LINES}: `;
}

/** By which name a frame of generated code calls now; null if that has none, or nobody knows. */
export function callNameOf(frame: Frame): CallName | null {
  const url = frame.getScriptNameOrSourceURL() ?? '';
  const source = texts.get(Number.parseInt(url.slice(PREFIX.length), 10))?.deref();
  if (source === undefined) return null;
  const line = source.line((frame.getLineNumber() ?? 0) - HEADER_LINES);
  const column = (frame.getColumnNumber() ?? 1) - 1;
  const inside = line.indexOf('callInside(', Math.max(0, column - YIELD_SIZE));
  const found = CALL.exec(line.slice(0, column)) ?? CALL_INSIDE.exec(line.slice(inside));
  if (found?.[1] === undefined) return null;
  return { kind: found[1], name: found[2] };
}
