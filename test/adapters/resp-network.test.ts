// The wire with real sockets: giant pipelines, clients that never read, many connections, random
// bytes, limits; compared with redis-server where it has something to say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { comparison } from '../support/differential.ts';
import { RawClient } from '../support/raw-client.ts';
import { encodeCommand, showBytes } from '../support/resp.ts';
import { type RunningServer, startRedstart } from '../support/server.ts';

/** Connections opened and dropped: 10,000 in the long run. */
const CONNECTIONS = process.env.REDSTART_RANDOM_SECONDS === undefined ? 2000 : 10000;

const WRITE_LIMIT_MS = 60_000;

function redstart(
  name: string,
  run: (server: RunningServer) => Promise<void>,
  args: readonly string[] = [],
): void {
  test(name, async () => {
    const server = await startRedstart(args);
    try {
      await run(server);
    } finally {
      await server.stop();
    }
  });
}

async function ask(port: number, ...args: string[]): Promise<string> {
  const client = await RawClient.connect(port);
  const reply = await client.command(...args);
  client.close();
  return reply.toString('latin1');
}

/** Bytes of a process in memory, as Linux counts them. */
function residentSize(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
}

comparison('network: 100,000 commands in one write', {}, async (pair) => {
  const pieces: Buffer[] = [];
  for (let i = 0; i < 50000; i++) {
    pieces.push(encodeCommand(['SET', `key:${i % 1000}`, `value:${i}`]));
    pieces.push(i % 7 === 0 ? Buffer.from('INCR n\r\n') : encodeCommand(['GET', `key:${i % 997}`]));
  }
  const input = Buffer.concat(pieces);
  const [theirs, ours] = await Promise.all(
    pair.servers.map(async ({ port }) => {
      const client = await RawClient.connect(port);
      client.write(input);
      const replies = await client.repliesOf(100000);
      client.close();
      return replies;
    }),
  );
  assert.ok(theirs.equals(ours), 'the replies differ');
});

comparison('network: who sends everything before it reads is answered', {}, async (pair) => {
  // More than the system keeps of either side.
  const count = 50_000;
  const request = encodeCommand(['ECHO', 'x'.repeat(500)]);
  const input = Buffer.concat(Array<Buffer>(count).fill(request));
  const [theirs, ours] = await Promise.all(
    pair.servers.map(async ({ port }) => {
      const client = await RawClient.connect(port);
      client.socket.pause();
      await new Promise<void>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error('it is not read')), WRITE_LIMIT_MS);
        client.socket.write(input, () => {
          clearTimeout(limit);
          resolve();
        });
      });
      client.socket.resume();
      const replies = await client.repliesOf(count);
      client.close();
      return replies;
    }),
  );
  assert.ok(theirs.equals(ours), 'the replies differ');
});

comparison('network: binary values of all sizes', {}, async (pair) => {
  for (const size of [0, 1, 1000, 16383, 16384, 16385, 65535, 65536, 65537, 1e6, 5e6]) {
    const value = Buffer.from(Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
    await Promise.all(
      pair.servers.map(async ({ port, name }) => {
        const client = await RawClient.connect(port);
        assert.equal(
          String(await client.command('SET', value.subarray(0, 100000), value)),
          '+OK\r\n',
        );
        const reply = await client.command('GET', value.subarray(0, 100000));
        const bulk = reply.subarray(reply.indexOf('\n') + 1, -2);
        assert.ok(bulk.equals(value), `${size} bytes of ${name}`);
        client.close();
      }),
    );
  }
});

comparison('network: proto-max-bulk-len', {}, async (pair) => {
  const outcomes = await Promise.all(
    pair.servers.map(async ({ port }) => {
      const client = await RawClient.connect(port);
      const replies = [await client.command('CONFIG', 'SET', 'proto-max-bulk-len', '1mb')];
      replies.push(await client.command('SET', 'k', Buffer.alloc(1048576, 'x')));
      client.write('*2\r\n$3\r\nGET\r\n$1048577\r\n');
      replies.push(await client.untilClosed());
      const next = await RawClient.connect(port);
      replies.push(await next.command('APPEND', 'k', 'y'));
      replies.push(await next.command('SETRANGE', 'k', '1048576', 'y'));
      replies.push(await next.command('CONFIG', 'SET', 'proto-max-bulk-len', '512mb'));
      next.close();
      return showBytes(Buffer.concat(replies));
    }),
  );
  assert.equal(outcomes[1], outcomes[0]);
});

comparison('network: maxclients', { args: ['--maxclients', '5'] }, async (pair) => {
  const outcomes = await Promise.all(
    pair.servers.map(async ({ port }) => {
      const clients: RawClient[] = [];
      for (let i = 0; i < 5; i++) {
        clients.push(await RawClient.connect(port));
        assert.equal(String(await clients[i].command('PING')), '+PONG\r\n');
      }
      const refused = await (await RawClient.connect(port)).untilClosed();
      await clients[0].command('QUIT');
      await clients[0].untilClosed();
      const reply = await ask(port, 'PING');
      for (const client of clients) client.close();
      return showBytes(refused) + reply;
    }),
  );
  assert.equal(outcomes[1], outcomes[0]);
});

redstart(
  'network: a client that never reads costs little memory, others are served',
  async (server) => {
    const { port, pid } = server;
    await ask(port, 'SET', 'k', 'x'.repeat(10000));
    const client = await RawClient.connect(port);
    const other = await RawClient.connect(port);
    const requests = 30000;
    const sizeBefore = residentSize(pid);
    client.socket.pause();
    client.write(Buffer.concat(Array<Buffer>(requests).fill(encodeCommand(['GET', 'k']))));
    for (let i = 0; i < 500; i++) assert.equal(String(await other.command('PING')), '+PONG\r\n');
    const grown = residentSize(pid) - sizeBefore;
    assert.ok(grown < 100e6, `${grown} bytes more for 300 MB of replies that nobody reads`);
    client.socket.resume();
    const reply = Buffer.from(`$10000\r\n${'x'.repeat(10000)}\r\n`);
    for (let i = 0; i < requests; i++) assert.ok((await client.reply()).equals(reply));
    assert.equal(String(await client.command('PING')), '+PONG\r\n');
    client.close();
    other.close();
  },
);

redstart(`network: ${CONNECTIONS} connections come and go`, async ({ port }) => {
  for (let done = 0; done < CONNECTIONS; done += 100) {
    const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.connect(port)));
    // Some go without a word, some in the midst of a request, some without reading the reply.
    clients.forEach((client, i) => {
      if (i % 4 === 1) client.write('*2\r\n$3\r\nGET\r\n$100\r\nabc');
      if (i % 4 === 2) client.write('PING\r\nPING\r\n');
      if (i % 4 === 3) client.write('*x\r\n');
    });
    assert.equal(String(await clients[0].command('PING')), '+PONG\r\n');
    for (const [i, client] of clients.entries()) {
      if (i % 8 === 2) client.socket.resetAndDestroy();
      else client.close();
    }
  }
  // The server hears of the last ends in its own time: ask until it has.
  const client = await RawClient.connect(port);
  let clients = '';
  for (let attempt = 0; attempt < 1000 && clients !== '1'; attempt++) {
    const info = String(await client.command('INFO', 'clients'));
    clients = /connected_clients:(\d+)/.exec(info)?.[1] ?? '';
  }
  assert.equal(clients, '1', 'connections stay behind');
  client.close();
});

redstart('network: random bytes do no harm', async ({ port }) => {
  const other = await RawClient.connect(port);
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(
        '*1\r\n',
        '$4\r\n',
        '\r\n',
        '*2\r\n$4\r\nECHO\r\n$100\r\n',
        '"',
        '\0',
        '*-1\r\n',
      )
      .map((text) => Buffer.from(text)),
  );
  const property = fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
    const client = await RawClient.connect(port);
    for (const bytes of pieces) client.write(bytes);
    assert.equal(String(await other.command('PING')), '+PONG\r\n');
    client.close();
  });
  await fc.assert(property, { numRuns: 200 });
  assert.equal(await ask(port, 'PING'), '+PONG\r\n');
  other.close();
});

redstart(
  'network: client-query-buffer-limit',
  async ({ port }) => {
    const client = await RawClient.connect(port);
    client.write('*2\r\n$4\r\nECHO\r\n$400000000\r\n');
    const chunk = Buffer.alloc(65536, 'x');
    const endMs = Date.now() + 10000;
    let sent = 0;
    while (!client.isClosed && Date.now() < endMs) {
      if (sent < 300e6) {
        client.write(chunk);
        sent += chunk.length;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(client.isClosed, 'the connection is still open');
    assert.equal(await ask(port, 'PING'), '+PONG\r\n');
  },
  ['--client-query-buffer-limit', '1mb'],
);

redstart(
  'network: timeout',
  async ({ port }) => {
    const idle = await RawClient.connect(port);
    assert.equal(String(await idle.command('PING')), '+PONG\r\n');
    assert.equal(String(await idle.untilClosed()), '');
  },
  ['--timeout', '1'],
);
