// How errors call a chunk, from the name that loadstring() was given, as luaO_chunkid() does it.
import { CHUNK_NAME_SIZE_MAX, SYNTAX_CHUNK_NAME_SIZE_MAX } from './limits.ts';

/** What Lua takes from the size for the frame of a name, more than it needs. */
const FILE_FRAME_SIZE = 8;
const STRING_FRAME_SIZE = 17;

/** The name in errors while the chunk runs. The name of a chunk without one is its source. */
export function chunkNameOf(name: string): string {
  return shorten(name, CHUNK_NAME_SIZE_MAX);
}

/** The name in errors of the chunk's syntax, which may be longer. */
export function syntaxChunkNameOf(name: string): string {
  return shorten(name, SYNTAX_CHUNK_NAME_SIZE_MAX);
}

function shorten(name: string, sizeMax: number): string {
  const text = before(name, '\0');
  if (text[0] === '=') return text.slice(1, sizeMax);
  if (text[0] === '@') {
    const lengthMax = sizeMax - FILE_FRAME_SIZE;
    const path = text.slice(1);
    return path.length > lengthMax ? `...${path.slice(-lengthMax)}` : path;
  }
  const line = before(before(text, '\n'), '\r').slice(0, sizeMax - STRING_FRAME_SIZE);
  return line.length < text.length ? `[string "${line}..."]` : `[string "${line}"]`;
}

function before(text: string, end: string): string {
  const offset = text.indexOf(end);
  return offset === -1 ? text : text.slice(0, offset);
}
