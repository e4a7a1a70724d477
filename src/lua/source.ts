// Where the calls in the generated text of each chunk stand, and by which names they are made, for
// errors. It lives as long as the chunk's main function.

/** Generated code has this before its number and name in its source URL. */
const PREFIX = 'lua:';
/** Lines that the JavaScript engine puts before the text of a function that it compiles. */
const HEADER_LINES = 2;

/** How a function was called: `method`, `rep`. */
export interface CallName {
  readonly kind: string;
  readonly name: string;
}

/** Tells where the calls of a text stand: lines count from 1, columns from 0. */
type CallWalk = (onCall: (id: number, line: number, column: number) => void) => void;

export class SourceText {
  readonly url: string;
  private readonly names: readonly (CallName | null)[];
  private readonly walk: CallWalk;
  /** The names of calls by line and column; made when the first error asks. */
  private places: Map<number, Map<number, CallName | null>> | null = null;

  constructor(name: string, names: readonly (CallName | null)[], walk: CallWalk) {
    const id = nextId++;
    this.url = `${PREFIX}${id}:${encodeURIComponent(name)}`;
    this.names = names;
    this.walk = walk;
    texts.set(id, new WeakRef(this));
    registry.register(this, id);
  }

  /** The name of the call that stands here; null if there is no call, or one without a name. */
  callAt(line: number, column: number): CallName | null {
    this.places ??= this.findPlaces();
    return this.places.get(line)?.get(column) ?? null;
  }

  private findPlaces(): Map<number, Map<number, CallName | null>> {
    const places = new Map<number, Map<number, CallName | null>>();
    this.walk((id, line, column) => {
      let columns = places.get(line);
      if (columns === undefined) {
        columns = new Map();
        places.set(line, columns);
      }
      columns.set(column, this.names[id]);
    });
    return places;
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

/**
 * By which name a frame of generated code calls now; null for a call without a name, and where an
 * operation calls a metamethod; undefined where the main function of the chunk has gone.
 */
export function callNameOf(frame: Frame): CallName | null | undefined {
  const url = frame.getScriptNameOrSourceURL() ?? '';
  const source = texts.get(Number.parseInt(url.slice(PREFIX.length), 10))?.deref();
  if (source === undefined) return undefined;
  const line = (frame.getLineNumber() ?? 0) - HEADER_LINES;
  return source.callAt(line, (frame.getColumnNumber() ?? 1) - 1);
}
