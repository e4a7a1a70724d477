// From Lua values to a request: the arguments of redis.call(). One request and one buffer serve all
// calls.
import { DOUBLE_LENGTH_MAX, writeDouble } from '../../domain/bytes/float.ts';
import { Request } from '../../engine/request.ts';
import type { ScriptHost } from '../../engine/scripting/language.ts';
import type { LuaValue } from '../../lua/value.ts';

const FIRST_SIZE = 1024;
/** A buffer that a large call made larger than this is not kept. */
const KEPT_SIZE_MAX = 64 * 1024;

export class CallRequest {
  readonly request = new Request();
  private readonly host: ScriptHost;
  private bytes = new Uint8Array(FIRST_SIZE);

  constructor(host: ScriptHost) {
    this.host = host;
  }

  /** Makes the request of a call; false if an argument is neither a string nor a number. */
  fill(values: readonly LuaValue[]): boolean {
    let size = 0;
    for (const value of values) {
      if (typeof value === 'string') size += value.length;
      else if (typeof value === 'number') size += DOUBLE_LENGTH_MAX;
      else return false;
    }
    if (size > this.bytes.length) this.bytes = new Uint8Array(Math.max(size, 2 * FIRST_SIZE));
    const { host, request, bytes } = this;
    request.begin(0);
    request.buffer = bytes;
    let at = 0;
    for (const value of values) {
      const start = at;
      if (typeof value === 'string') {
        host.writeText(value, bytes, at);
        at += value.length;
      } else {
        // As Redis has it: -0 is 0.
        at = writeDouble(bytes, at, (value as number) + 0);
      }
      request.push(start, at);
    }
    return true;
  }

  /** The script is over. */
  letGo(): void {
    this.request.letGo();
    if (this.bytes.length > KEPT_SIZE_MAX) this.bytes = new Uint8Array(FIRST_SIZE);
  }
}
