// A script or function that runs long, on the built server and on the reference: what others are
// answered, and what ends it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RawClient } from '../support/raw-client.ts';
import { type RunningServer, startRedstart, startReference } from '../support/server.ts';

const CONFIG = ['--busy-reply-threshold', '10'];
/** Both are started at the first test and stopped behind the last. */
const both = Promise.all([startReference(CONFIG), startRedstart(CONFIG)]);

after(async () => {
  for (const server of await both) await server.stop();
});

/** What others are answered to each line while the script runs, and then the script's client. */
async function converse(
  server: RunningServer,
  call: readonly string[],
  lines: readonly string[],
): Promise<string[]> {
  const running = await RawClient.connect(server.port);
  const other = await RawClient.connect(server.port);
  try {
    await running.command('PING');
    await other.command('PING');
    await running.command('FUNCTION', 'LOAD', 'REPLACE', LIBRARY);
    running.write(`${call.reduce(bulk, `*${call.length}\r\n`)}PING\r\n`);
    while (!(await other.command('PING')).includes('BUSY'));
    const replies: string[] = [];
    for (const line of lines) {
      other.write(`${line}\r\n`);
      replies.push((await other.reply()).toString('latin1'));
    }
    replies.push((await running.repliesOf(2)).toString('latin1'));
    return replies;
  } finally {
    running.close();
    other.close();
  }
}

function bulk(text: string, word: string): string {
  return `${text}$${word.length}\r\n${word}\r\n`;
}

/** Scripts, and lines that end them or do not. */
const CONVERSATIONS: readonly (readonly [script: string, ...lines: string[]])[] = [
  [
    'while true do end',
    ...['PING', 'GET', 'NOPE', 'SCRIPT EXISTS a', 'EVAL "return 1" 0', 'MULTI', 'GET k', 'EXEC'],
    ...['WATCH k', 'UNWATCH', 'CLIENT ID', 'SHUTDOWN', 'SHUTDOWN ABORT', 'RESET', 'SCRIPT KILL'],
  ],
  ['while true do pcall(function() while true do end end) end', 'SCRIPT KILL'],
  ['\n\nlocal t = {}\nwhile true do t[1] = redis.call("GET", KEYS[1]) end', 'PING', 'SCRIPT KILL'],
];

for (const [script, ...lines] of CONVERSATIONS) {
  test(`while it runs: ${script}`, { timeout: 60_000 }, async () => {
    const [reference, redstart] = await both;
    const call = ['EVAL', script, '1', 'k'];
    const expected = await converse(reference, call, lines);
    assert.deepEqual(await converse(redstart, call, lines), expected);
  });
}

const LIBRARY = `#!lua name=busy
redis.register_function('endless', function() while true do end end)
redis.register_function{function_name='reads', flags={'no-writes'}, callback=function(keys)
  while true do pcall(redis.call, 'GET', keys[1]) end
end}`;

/** Functions, likewise. */
const OF_FUNCTIONS: readonly (readonly [called: string, ...lines: string[]])[] = [
  [
    'endless',
    ...['PING', 'FUNCTION LIST', 'FUNCTION FLUSH', 'FCALL endless 0', 'FUNCTION', 'SCRIPT KILL'],
    ...['FUNCTION KILL x', 'FUNCTION KILL'],
  ],
  ['reads', 'FUNCTION DELETE busy', 'SCRIPT KILL', 'EVAL "return 1" 0', 'FUNCTION KILL'],
];

for (const [called, ...lines] of OF_FUNCTIONS) {
  test(`while it runs: FCALL ${called}`, { timeout: 60_000 }, async () => {
    const [reference, redstart] = await both;
    const call = ['FCALL', called, '2', 'k', 'l', 'a'];
    const expected = await converse(reference, call, lines);
    assert.deepEqual(await converse(redstart, call, lines), expected);
    const stats = await Promise.all(
      [reference, redstart].map((server) => converse(server, call, ['FUNCTION STATS', ...lines])),
    );
    const [theirs, ours] = stats.map((replies) => replies[0].replace(/:\d+\r\n(?=\$7)/, ':0\r\n'));
    assert.equal(ours, theirs);
    assert.match(ours, /running_script\r\n\*6\r\n\$4\r\nname/);
  });
}

test('FUNCTION KILL and FUNCTION STATS are not for EVAL', { timeout: 60_000 }, async () => {
  const lines = ['FUNCTION KILL', 'FUNCTION STATS', 'SCRIPT KILL'];
  const call = ['EVAL', 'while true do end', '0'];
  const [reference, redstart] = await both;
  const expected = await converse(reference, call, lines);
  assert.deepEqual(await converse(redstart, call, lines), expected);
});

test('SHUTDOWN NOSAVE ends a server whose script has written', { timeout: 60_000 }, async () => {
  const server = await startRedstart(CONFIG);
  const running = await RawClient.connect(server.port);
  const other = await RawClient.connect(server.port);
  await running.command('PING');
  running.write(
    ['EVAL', 'redis.call("SET", "k", 1) while true do end', '0'].reduce(bulk, '*3\r\n'),
  );
  while (!(await other.command('PING')).includes('BUSY'));
  assert.match(String(await other.command('SCRIPT', 'KILL')), /^-UNKILLABLE/);
  other.write('SHUTDOWN NOSAVE\r\n');
  assert.equal(String(await other.untilClosed()), '');
  await running.untilClosed();
  await server.stop();
});
