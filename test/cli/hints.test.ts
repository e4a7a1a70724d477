// What hints say of a line that is being typed is what those of redis-cli say.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Connection } from '../../src/cli/connection.ts';
import { loadDocuments } from '../../src/cli/documents.ts';
import { hintForLine } from '../../src/cli/hints.ts';
import { isRedisCli72, noRedisCli, runRedisCli } from '../support/clients.ts';
import { fileServer } from '../support/file-server.ts';

const LINES = `
get
get |
get k |
get k extra |
set k v |
set k v E
set k v EX |
set k v EX 10 |
set k v NX |
set k v GET NX |
set k v NX EX abc |
set k v nosuch |
mget |
mget a |
mget a b |
mset |
mset a |
mset a b |
mset a b c |
blpop |
blpop a |
zadd |
zadd z |
zadd z NX |
zadd z GT CH |
zadd z 1 |
zadd z 1 m |
zadd z 1 m 2 |
zrange z 0 -1 |
zrange z 0 -1 BYSCORE |
zrange z 0 -1 LIMIT |
zrange z 0 -1 LIMIT 1 |
zrange z 0 -1 LIMIT 1 2 REV |
zinterstore d 2 a b WEIGHTS |
zinterstore d 2 a b WEIGHTS 1 |
zinterstore d 2 a b WEIGHTS 1 2 AGGREGATE |
zinterstore d 2 a b AGGREGATE SUM |
xadd s |
xadd s NOMKSTREAM |
xadd s MAXLEN |
xadd s MAXLEN ~ |
xadd s MAXLEN ~ 10 |
xadd s * |
xadd s * f |
xread COUNT |
xread COUNT 1 STREAMS |
xread STREAMS a b |
config |
config get |
config set a |
config set a b |
client |
client kill |
client kill ID |
client kill ID 5 |
client list TYPE |
client no-evict |
sort k BY |
sort k GET a |
sort k GET a GET |
sort k LIMIT 1 |
geoadd g |
geoadd g NX 1 |
geosearch g FROMLONLAT |
geosearch g FROMLONLAT 1 2 BYRADIUS |
geosearch g FROMLONLAT 1 2 BYRADIUS 5 km |
bitfield k GET |
bitfield k GET u8 |
bitfield k GET u8 0 OVERFLOW |
bitcount k |
bitcount k 0 |
bitcount k 0 -1 |
eval script |
eval script 1 |
eval script 1 a b |
object |
object encoding |
hello |
hello 3 AUTH |
hello 3 AUTH a b SETNAME |
migrate h |
restore k 0 v |
restore k 0 v REPLACE |
expire k abc |
incrbyfloat k abc |
incrbyfloat k 1.5 |
lpos l e RANK |
lmpop 2 a b |
lmpop 2 a b LEFT |
nosuch |
"quoted |
`;

const inputs = LINES.trim()
  .split('\n')
  .map((line) => line.replace('|', ''));
const file = fileServer();
const skip = noRedisCli || (isRedisCli72 ? false : 'redis-cli of 7.2 alone');

test('hints are those of redis-cli', { skip }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'redstart-hints-'));
  const path = join(directory, 'lines');
  const quoted = (line: string) => `"${line.replace(/["\\]/g, '\\$&')}"`;
  // What it expects does not matter here; it says what it has.
  writeFileSync(path, inputs.map((line) => `${quoted(line)} "?"\n`).join(''));
  const args = ['-p', String(file.port), '--verbose', '--test_hint_file', path];
  const { out } = await runRedisCli({ args });
  rmSync(directory, { recursive: true });
  const theirs = [...out.matchAll(/^Input: '(.*)', Expected: '\?', Hint: '(.*)'$/gm)].map(
    ([, input, hint]) => [input, hint === '(null)' ? '' : balanced(hint.trimEnd())],
  );
  const connection = await Connection.open({ host: '127.0.0.1', port: file.port, tls: null });
  const documents = await loadDocuments(connection);
  connection.close();
  assert.ok(documents !== null);
  const ours = inputs.map((input) => [input, hintForLine(documents, input)]);
  assert.equal(theirs.length, inputs.length);
  assert.deepEqual(ours, theirs);
});

/** Without brackets that close nothing: redis-cli leaves one behind what may be repeated. */
function balanced(hint: string): string {
  let depth = 0;
  let text = '';
  for (const character of hint) {
    if (character === '[') depth++;
    if (character === ']' && depth-- === 0) depth = 0;
    else text += character;
  }
  return text;
}
