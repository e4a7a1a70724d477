// Replies as the client reads them: the same however the bytes are cut, and nothing that is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolError, type Reply, ReplyParser } from '../../src/cli/reply.ts';

/** A reply as text: its kind, and what it holds. */
function show({ kind, text, items }: Reply): string {
  return items.length === 0 ? `${kind}(${text})` : `${kind}[${items.map(show).join(' ')}]`;
}

function read(bytes: string, chunkSize: number): string[] {
  const parser = new ReplyParser();
  const shown: string[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) {
    parser.push(Buffer.from(bytes.slice(at, at + chunkSize), 'latin1'));
    for (let reply = parser.next(); reply !== null; reply = parser.next()) shown.push(show(reply));
  }
  return shown;
}

const REPLIES: readonly (readonly [bytes: string, ...shown: string[]])[] = [
  ['+OK\r\n-ERR no\r\n:-5\r\n', 'status(OK)', 'error(ERR no)', 'integer(-5)'],
  ['$0\r\n\r\n$3\r\na\nb\r\n', 'string()', 'string(a\nb)'],
  ['$-1\r\n*-1\r\n_\r\n', 'nil()', 'nil()', 'nil()'],
  ['*0\r\n%0\r\n~0\r\n', 'array()', 'map()', 'set()'],
  ['*2\r\n*1\r\n:1\r\n$1\r\nx\r\n', 'array[array[integer(1)] string(x)]'],
  ['%1\r\n+a\r\n~2\r\n#t\r\n#f\r\n', 'map[status(a) set[boolean(t) boolean(f)]]'],
  [',1.5\r\n(123456789012345678901\r\n', 'double(1.5)', 'bigNumber(123456789012345678901)'],
  ['=8\r\ntxt:a\r\nb\r\n', 'verbatim(a\r\nb)'],
  ['|1\r\n+ttl\r\n:3\r\n*1\r\n|1\r\n+a\r\n+b\r\n:1\r\n', 'array[integer(1)]'],
  ['>2\r\n+message\r\n+x\r\n', 'push[status(message) status(x)]'],
  ['$3\r\n\xff\x00\xc3\r\n', 'string(\xff\0\xc3)'],
  [`$100000\r\n${'x'.repeat(100000)}\r\n+OK\r\n`, `string(${'x'.repeat(100000)})`, 'status(OK)'],
];

for (const [bytes, ...shown] of REPLIES) {
  test(`replies are read however they are cut: ${JSON.stringify(bytes.slice(0, 40))}`, () => {
    const sizes = bytes.length > 1000 ? [bytes.length, 1009] : [1, 2, 3, 7, bytes.length];
    for (const size of sizes) assert.deepEqual(read(bytes, size), shown, `chunks of ${size}`);
  });
}

const WRONG: readonly (readonly [bytes: string, reason: RegExp])[] = [
  ['HTTP/1.1 200 OK\r\n', /got "H" as reply type byte/],
  ['\0\r\n', /got "\\x00" as reply type byte/],
  ['$abc\r\n', /bad bulk string length/],
  ['$-2\r\n', /bulk string length out of range/],
  ['$999999999999\r\n', /bulk string length out of range/],
  ['*1x\r\n', /bad multi-bulk length/],
  ['*999999999999\r\n', /multi-bulk length out of range/],
  ['*1\r\n'.repeat(1002) + ':1\r\n', /nested too deeply/],
];

for (const [bytes, reason] of WRONG) {
  test(`what is no reply is refused: ${JSON.stringify(bytes.slice(0, 20))}`, () => {
    assert.throws(
      () => read(bytes, 5),
      (error) => {
        assert.ok(error instanceof ProtocolError);
        assert.match(error.message, reason);
        return true;
      },
    );
  });
}
