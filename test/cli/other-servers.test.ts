// What servers may do: send a client elsewhere (`-c` follows), or close the connection.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { runOurs } from '../support/clients.ts';

/** Servers that answer in turn, and what each was sent. */
async function withServers(
  answers: readonly ((others: readonly number[], heard: string) => string)[],
  use: (ports: readonly number[], heard: readonly string[]) => Promise<void>,
): Promise<void> {
  const ports: number[] = [];
  const heard = answers.map(() => '');
  const servers = answers.map((answer, i) =>
    net.createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1');
        heard[i] += text.replace(/\r\n/g, ' ');
        socket.write(answer(ports, text));
      });
    }),
  );
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as net.AddressInfo).port);
  }
  try {
    await use(ports, heard);
  } finally {
    for (const server of servers) server.close();
  }
}

const OK = () => '+OK\r\n';

test('MOVED leads to another server', async () => {
  const moved = (ports: readonly number[]) => `-MOVED 12182 127.0.0.1:${ports[1]}\r\n`;
  await withServers([moved, () => '$3\r\nbar\r\n'], async ([port], heard) => {
    const said = await runOurs({ args: ['-p', String(port), '-c', 'GET', 'foo'] });
    assert.deepEqual(said, { out: 'bar\n', err: '', status: 0 });
    assert.equal(heard[1], '*2 $3 GET $3 foo ');
  });
});

test('ASK does so behind an ASKING', async () => {
  // A host without a name is the one that answered.
  const ask = (ports: readonly number[]) => `-ASK 12182 :${ports[1]}\r\n`;
  await withServers([ask, OK], async ([port], heard) => {
    const said = await runOurs({ args: ['-p', String(port), '-c', 'SET', 'foo', 'bar'] });
    assert.deepEqual(said, { out: 'OK\n', err: '', status: 0 });
    assert.equal(heard[1], '*1 $6 ASKING *3 $3 SET $3 foo $3 bar ');
  });
});

test('without -c it is an error', async () => {
  await withServers([() => '-MOVED 1 127.0.0.1:1\r\n'], async ([port]) => {
    const said = await runOurs({ args: ['-p', String(port), 'GET', 'foo'] });
    assert.equal(said.out, 'MOVED 1 127.0.0.1:1\n\n');
  });
});

test('a server that closes the connection in the midst of a walk', async () => {
  const server = net.createServer((socket) => socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const said = await runOurs({ args: ['-p', String(port), '--scan'] });
  server.close();
  assert.match(said.err, /^Error: (Server closed the connection|Connection reset by peer)\n$/);
  assert.equal(said.status, 1);
});

test('a circle has an end', async () => {
  const circle = (ports: readonly number[]) => `-MOVED 1 127.0.0.1:${ports[0]}\r\n`;
  await withServers([circle], async ([port]) => {
    const said = await runOurs({ args: ['-p', String(port), '-c', 'GET', 'foo'] });
    assert.deepEqual(said, { out: '', err: 'Too many redirections\n', status: 1 });
  });
});
