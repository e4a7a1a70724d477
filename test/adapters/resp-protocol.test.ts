// Protocol errors and odd streams: redis-server and Redstart must answer the same bytes and close
// the connection in the same cases. Each line is sent on a connection of its own.
import assert from 'node:assert/strict';
import { comparison, type Pair } from '../support/differential.ts';
import { RawClient } from '../support/raw-client.ts';
import { showBytes } from '../support/resp.ts';

/** What both servers answer until they close the connection themselves. */
async function closes(pair: Pair, input: string | Buffer): Promise<void> {
  const [theirs, ours] = await Promise.all(
    pair.servers.map(async ({ port }) => {
      const client = await RawClient.connect(port);
      client.write(input);
      return client.untilClosed();
    }),
  );
  same(input, theirs, ours);
}

/**
 * What both servers answer before the reply to an ECHO behind the input, if they take it as one.
 */
async function goesOn(pair: Pair, input: string | Buffer): Promise<void> {
  const [theirs, ours] = await Promise.all(
    pair.servers.map(async ({ port }) => {
      const client = await RawClient.connect(port);
      client.write(input);
      client.write('*2\r\n$4\r\nECHO\r\n$8\r\nthe end.\r\n');
      const replies: Buffer[] = [];
      do replies.push(await client.reply());
      while (!client.isClosed && !replies[replies.length - 1].includes('the end.'));
      client.close();
      return Buffer.concat(replies);
    }),
  );
  same(input, theirs, ours);
  assert.ok(theirs.includes('the end.'), `the reference closes after ${shown(input)}`);
}

function same(input: string | Buffer, theirs: Buffer, ours: Buffer): void {
  assert.equal(showBytes(ours), showBytes(theirs), `after ${shown(input)}`);
}

function shown(input: string | Buffer): string {
  return showBytes(input, 200);
}

const TOO_LONG = 65537;

comparison('protocol: multibulk lengths', {}, async (pair) => {
  const numbers = [
    '',
    ' ',
    '1 ',
    ' 1',
    '+1',
    '01',
    '-0',
    '00',
    '1x',
    'x',
    '1.0',
    '0x1',
    '--1',
    '-',
  ];
  const large = ['2147483648', '9223372036854775807', '9223372036854775808', '1'.repeat(30)];
  for (const text of [...numbers, ...large]) await closes(pair, `PING\r\n*${text}\r\nPING\r\n`);
  for (const text of ['-1', '-100', '0', '-9223372036854775808']) {
    await goesOn(pair, `PING\r\n*${text}\r\nPING\r\n`);
  }
  await closes(pair, '*-9223372036854775809\r\n');
  await goesOn(pair, '*1\rx$4\rxPINGxx');
  await closes(pair, '*'.padEnd(TOO_LONG, '1'));
  await closes(pair, '*'.padEnd(TOO_LONG, 'x'));
});

comparison('protocol: bulk lengths', {}, async (pair) => {
  const numbers = [
    '',
    ' ',
    '4 ',
    ' 4',
    '+4',
    '04',
    '-0',
    '00',
    '4x',
    'x',
    '4.0',
    '0x4',
    '--4',
    '-',
  ];
  const large = ['536870913', '9223372036854775807', '9223372036854775808', '1'.repeat(30)];
  for (const text of [...numbers, ...large, '-1', '-100']) {
    await closes(pair, `PING\r\n*1\r\n$${text}\r\nPING\r\n`);
  }
  await goesOn(pair, '*2\r\n$4\r\nECHO\r\n$0\r\n\r\n');
  await closes(pair, '*1\r\n$'.padEnd(TOO_LONG + 4, '1'));
  await closes(pair, '*1\r\n'.padEnd(TOO_LONG + 4, 'x'));
});

comparison('protocol: what stands where a bulk should', {}, async (pair) => {
  for (const type of ['+', '-', ':', '*', '%', ' ', 'P', '\r', '\n', '\xff', '"', "'", '\x01']) {
    await closes(pair, `*1\r\n${type}4\r\nPING\r\n`);
    await closes(pair, `*2\r\n$4\r\nECHO\r\n${type}\r\n`);
  }
  await closes(pair, '*1\r\nPING\r\n');
  await closes(pair, '*1\r\n\r\n');
});

comparison('protocol: a NUL hides the end of a line', {}, async (pair) => {
  await closes(pair, '*1\0\r\n'.padEnd(TOO_LONG, 'x'));
  await closes(pair, '*1\r\n$\x004\r\n'.padEnd(TOO_LONG + 4, 'x'));
  await closes(pair, 'PING\0\r\n'.padEnd(TOO_LONG, 'x'));
  await closes(pair, '\0\r\nPING\r\n'.padEnd(TOO_LONG, 'x'));
});

comparison('protocol: inline requests', {}, async (pair) => {
  const quotes = [
    '"',
    "'",
    '"a',
    "'a",
    '"a"b',
    "'a'b",
    'SET "a""b"',
    '"\\',
    "'\\'",
    '"\\x"x',
    '"\\x4',
  ];
  for (const line of quotes) await closes(pair, `PING\r\n${line}\r\nPING\r\n`);
  const fine = [
    'PING',
    ' PING ',
    '\tPING\t',
    'PING\v',
    '\vPING\f',
    '"PING"',
    "'PING'",
    'P"ING',
    '"PI\\x4eG"',
    'ECHO "\\n\\r\\t\\b\\a\\x00\\xff\\q\\""',
    "ECHO '\\n\\''",
    'ECHO ""',
    "ECHO ''",
    'ECHO a"b"',
    'ECHO \\x41',
    'ECHO \xff\x80',
    'ECHO "\\xZZ\\x4"',
    'a\rb',
    'ECHO a\rb',
    '""',
    '+OK',
    '$4',
    ':1',
    '-ERR x',
  ];
  for (const line of fine.filter((text) => !['P"ING', 'ECHO a"b"'].includes(text))) {
    await goesOn(pair, `${line}\r\n`);
    await goesOn(pair, `${line}\n`);
    await goesOn(pair, `${line}\r\r\n`);
  }
  await goesOn(pair, '\r\n\n\r\n  \r\nPING\r\n\n');
  await closes(pair, 'PING '.padEnd(TOO_LONG, 'x'));
  await closes(pair, ' '.repeat(TOO_LONG));
});

comparison('protocol: unknown commands are quoted as far as they fit', {}, async (pair) => {
  const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
  const request = (...args: string[]): string => `*${args.length}\r\n${args.map(bulk).join('')}`;
  const long = (size: number): string => 'abcdefghij'.repeat(50).slice(0, size);
  await goesOn(pair, request(''));
  await goesOn(pair, request('', ''));
  await goesOn(pair, request('no\0such', 'a\0b', '\0', 'c'));
  await goesOn(pair, request('new\r\nline', 'a\r\nb', '\r', '\n'));
  await goesOn(pair, request('quo"te', 'a"b', "c'd", '\xff\x01'));
  for (const size of [1, 50, 60, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 200]) {
    await goesOn(pair, request(long(size), 'x'));
    await goesOn(pair, request('nope', long(size), long(size), long(size), 'x'));
    await goesOn(pair, request('nope', ...Array<string>(size).fill('a')));
    await goesOn(pair, request('client', long(size), 'x'));
  }
  await goesOn(pair, request('config', 'new\r\nline\0x'));
  await goesOn(pair, request('config', ''));
});

comparison('protocol: a client that is somebody else', {}, async (pair) => {
  await closes(pair, 'POST / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await closes(pair, 'PING\r\npost / HTTP/1.1\r\n');
  await closes(pair, 'GET / HTTP/1.1\r\nhost: localhost\r\nSET k v\r\n');
  await closes(pair, '*2\r\n$5\r\nHoSt:\r\n$1\r\nx\r\nPING\r\n');
  await goesOn(pair, 'HEAD / HTTP/1.1\r\nAccept: x\r\n\r\n');
});

comparison('protocol: replies before the error are sent', {}, async (pair) => {
  await closes(pair, 'SET k v\r\nGET k\r\n*1\r\n$x\r\nGET k\r\n');
  await closes(pair, `${'PING\r\n'.repeat(100)}*1\r\nx\r\n`);
  await closes(pair, 'PING\r\nQUIT\r\nPING\r\n');
  await closes(pair, 'PING\r\nQUIT\r\n*x\r\n');
  await closes(pair, 'QUIT now please\r\n');
});

comparison('protocol: before AUTH', { args: ['--requirepass', 'secret'] }, async (pair) => {
  await goesOn2(pair, '*10\r\n$4\r\nMGET\r\n' + '$1\r\na\r\n'.repeat(9));
  await closes(pair, '*11\r\n');
  await closes(pair, 'PING\r\n*11\r\n$4\r\nPING\r\n');
  await closes(pair, '*1\r\n$16385\r\n');
  await goesOn2(pair, `*1\r\n$16384\r\n${'x'.repeat(16384)}\r\n`);
  await goesOn2(pair, 'a b c d e f g h i j k l m n o p\r\n');
  await closes(pair, '*11\r\nQUIT\r\n');
  await goesOn2(pair, `AUTH secret\r\n*11\r\n$4\r\nMGET\r\n${'$1\r\na\r\n'.repeat(10)}`);
  await goesOn2(pair, `AUTH secret\r\n*2\r\n$3\r\nGET\r\n$16385\r\n${'x'.repeat(16385)}\r\n`);
  // A wrong password behind other replies would go unanswered in 7.2.6: not a thing to copy.
  await closes(pair, 'AUTH wrong\r\nPING\r\nAUTH secret\r\nPING\r\nQUIT\r\n');
});

/** As goesOn, where ECHO needs a password: it is given at the end. */
async function goesOn2(pair: Pair, input: string): Promise<void> {
  await goesOn(pair, `${input}*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n`);
}

comparison('protocol: an empty request ends what was said of the next one', {}, async (pair) => {
  for (const empty of ['*0\r\n', '*-1\r\n', '\r\n', '  \r\n', '\n']) {
    await goesOn(pair, `CLIENT REPLY SKIP\r\n${empty}PING\r\n`);
    await goesOn(pair, `CLIENT REPLY SKIP\r\n${empty}${empty}PING\r\n`);
    await goesOn(pair, `${empty}CLIENT REPLY SKIP\r\nPING\r\n`);
    await goesOn(pair, `CLIENT REPLY OFF\r\n${empty}PING\r\nCLIENT REPLY ON\r\n`);
    await closes(pair, `CLIENT REPLY SKIP\r\n${empty}*x\r\n`);
    const tracking = 'CLIENT TRACKING ON OPTIN\r\nCLIENT CACHING YES\r\n';
    await goesOn(pair, `MULTI\r\n${empty}PING\r\nEXEC\r\n`);
    await goesOn(pair, `MULTI\r\nCLIENT REPLY SKIP\r\n${empty}EXEC\r\nPING\r\n`);
    await goesOn(pair, `${tracking}${empty}CLIENT TRACKINGINFO\r\n`);
  }
});
