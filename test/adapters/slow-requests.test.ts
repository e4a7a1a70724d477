// Which request the slow log names, when a turn was slow: the one that was, with its own arguments
// and its own command's secrets, however the bytes came.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCommand } from '../support/resp.ts';
import { Network, receive, receiveCut, type Wire } from '../support/wire.ts';

/** What has the argument `slow`, or none, takes 50 ms. */
function makeNetwork(config: Readonly<Record<string, string>> = {}): Network {
  const network = new Network(config);
  const { server, clock } = network.test;
  for (const name of ['get', 'hgetall', 'echo', 'reset', 'auth']) {
    const command = server.commands.findText(name);
    assert.ok(command !== null);
    const { run } = command;
    const slowly: typeof run = (context, request, reply) => {
      for (let i = 1; i < request.count; i++) if (request.is(i, 'slow')) clock.advance(50);
      if (request.count === 1) clock.advance(50);
      run(context, request, reply);
    };
    Object.assign(command, { run: slowly });
  }
  return network;
}

/** The entries of the slow log, the newest first. */
function logged({ server }: Network): string[] {
  return server.slowlog.get(-1).map(({ args }) => args.join(' '));
}

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.concat(lines.map((line) => encodeCommand(line.split(' '))));
}

const SECRETS = 'AUTH default secret';

test('slow log: a request alone is named, in whatever pieces it comes', () => {
  const bytes = bytesOf(['GET slow']);
  for (let cut = 0; cut < bytes.length; cut++) {
    const network = makeNetwork();
    receiveCut(network.connect(), bytes, [cut]);
    assert.deepEqual(logged(network), ['GET slow'], `cut at ${cut}`);
  }
  const inline = makeNetwork();
  receive(inline.connect(), 'GET slow\r\n');
  assert.deepEqual(logged(inline), ['GET slow']);
});

test('slow log: of many requests the slow one is named, timed by itself', () => {
  const cases: readonly (readonly string[])[] = [
    ['HGETALL slow', 'NOSUCH'],
    ['HGETALL slow', SECRETS],
    [SECRETS, 'HGETALL slow', 'GET a', 'CONFIG SET masterauth secret'],
    ['GET a', 'HGETALL slow', 'GET'],
    ['HGETALL slow'],
  ];
  for (const lines of cases) {
    const network = makeNetwork();
    receive(network.connect(), bytesOf(lines));
    assert.deepEqual(logged(network), ['HGETALL slow'], lines.join(', '));
  }
});

test('slow log: of quick commands together none is named; then each is timed', () => {
  const after: readonly string[] = ['', 'NOSUCH', SECRETS, 'POST x', 'SET paused x', '*0'];
  for (const next of after) {
    const network = makeNetwork();
    const wire = network.connect();
    if (next === 'SET paused x') pause(network);
    const rest = next.startsWith('*') ? Buffer.from('*0\r\n'.repeat(40)) : bytesOf([next]);
    receive(wire, Buffer.concat([bytesOf(['GET slow']), next === '' ? Buffer.from('*') : rest]));
    assert.deepEqual(logged(network), [], next);
    receive(network.connect(), bytesOf(['GET a', 'GET slow', 'ECHO b', SECRETS]));
    assert.deepEqual(logged(network), ['GET slow'], next);
  }
});

test('slow log: secrets of a request that is not whole are not shown as another one’s', () => {
  const hello = bytesOf(['HELLO 3 AUTH default secret SETNAME x']);
  for (let size = 0; size < hello.length; size++) {
    for (const first of [bytesOf(['RESET']), Buffer.from('RESET\r\n')]) {
      const network = makeNetwork({ requirepass: 'secret' });
      const wire = network.connect();
      // In place, and from the pending bytes.
      receive(wire, Buffer.concat([first, hello.subarray(0, size)]));
      const second = network.connect();
      receive(second, first.subarray(0, 3));
      receive(second, Buffer.concat([first.subarray(3), hello.subarray(0, size)]));
      for (const line of logged(network)) assert.equal(line, 'RESET');
    }
  }
});

function pause(network: Network): Wire {
  const wire = network.connect();
  receive(wire, bytesOf(['CLIENT PAUSE 1000 WRITE']));
  return wire;
}
