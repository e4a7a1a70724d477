// The memory of scripts, in a process with a small heap: what a script took that has ended is
// garbage, for which no other one is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, ServerProcess } from '../support/process.ts';
import { freePort } from '../support/server.ts';

const HEAP_MB = 100;
const TOO_MUCH = /^-ERR not enough memory/;
/** It never has more than one string. */
const TAKES_MUCH = "local n,s=0,('x'):rep(1e5) for i=1e3,2999 do n=n+#(s..i) end return n";
/** One after the other, and what each answers. */
const SCRIPTS: readonly (readonly [source: string, reply: RegExp])[] = [
  ["local t={} for i=1,1e9 do t[i]=('x'):rep(1e5)..i end", TOO_MUCH],
  // What it takes is looked at several times.
  [TAKES_MUCH, /^:200008000\r\n$/],
  ['local t={} for i=1,1e9 do t[i]={i} end', TOO_MUCH],
  [TAKES_MUCH, /^:200008000\r\n$/],
];

test('after a script that took all memory others run', async () => {
  const port = await freePort();
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` };
  const server = new ServerProcess(['--port', String(port), '--save', ''], { env });
  try {
    await server.ready();
    for (const [source, reply] of SCRIPTS) {
      assert.match(await ask(port, `EVAL "${source}" 0`), reply, source);
    }
  } finally {
    await server.stop();
  }
});
