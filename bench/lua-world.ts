// Our Lua as a server has it: the libraries and the sandbox of Redis, a host that looks at the
// clock, and calls that come as words of a request.
import { ScriptStopped } from '../src/lua/errors.ts';
import { Lua, type Script } from '../src/lua/script.ts';
import { LuaTable } from '../src/lua/table.ts';
import { NOTHING } from '../src/lua/value.ts';
import { SMALL_ARGUMENTS, SMALL_KEYS } from './lua-scripts.ts';

/** No script runs as long. */
const TIME_MAX_MS = 60000;

export class World {
  readonly lua: Lua;
  private readonly beginMs = performance.now();
  /** The bytes of a request: keys first. */
  private readonly words = [...SMALL_KEYS, ...SMALL_ARGUMENTS].map((word) => Buffer.from(word));

  constructor() {
    this.lua = new Lua({
      host: {
        tick: () => {
          if (performance.now() - this.beginMs > TIME_MAX_MS) throw new ScriptStopped('too slow');
        },
        memorySize: () => 0,
        clockSeconds: () => performance.now() / 1000,
      },
      libraries: 'redis',
    });
    const redis = new LuaTable();
    redis.set('call', () => NOTHING);
    this.lua.globals.set('redis', redis);
    this.lua.protect();
  }

  /** Calls with words of a request as KEYS and ARGV, and looks at all values. Returns a sum. */
  runSmall(script: Script, count: number): number {
    const { words } = this;
    const { globals } = this.lua;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      globals.set('KEYS', new LuaTable([textOf(words[0]), textOf(words[1])]));
      globals.set('ARGV', new LuaTable([textOf(words[2]), textOf(words[3]), textOf(words[4])]));
      const [reply] = script.run();
      if (!(reply instanceof LuaTable)) throw new Error('the script returns no table');
      for (let index = 1; index <= 5; index++) {
        const value = reply.get(index);
        sum += typeof value === 'string' ? value.length : Number(value);
      }
    }
    return sum;
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('latin1');
}
