// What is written to a socket arrives whole and in order, whoever sends it: the handle or the
// stream. Both ways are tested.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { mock, test } from 'node:test';
import { NodeSocket, Reading, SocketBuffers } from '../../src/infrastructure/socket.ts';

/** A connection: the server's end, which is written to, and the client's. */
interface Ends {
  server: net.Socket;
  client: net.Socket;
}

async function withConnection(run: (ends: Ends) => Promise<void>): Promise<void> {
  const listener = net.createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const client = net.connect((listener.address() as net.AddressInfo).port, '127.0.0.1');
  client.pause();
  const [server] = (await once(listener, 'connection')) as [net.Socket];
  server.on('error', () => server.destroy());
  client.on('error', () => client.destroy());
  try {
    await run({ server, client });
  } finally {
    client.destroy();
    server.destroy();
    listener.close();
  }
}

/** Reads until the client has so many bytes. */
async function read(client: net.Socket, size: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let got = 0;
  for await (const chunk of client.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    got += (chunk as Buffer).length;
    if (got >= size) break;
  }
  return Buffer.concat(chunks);
}

/** Writes numbered lines of many sizes, as if from one buffer, until `size` bytes have to wait. */
function writeUntilWaiting(writer: NodeSocket, size: number): Buffer {
  let shared = new Uint8Array(64 * 1024);
  const sent: Buffer[] = [];
  for (let i = 0; writer.pendingSize < size; i++) {
    const length = i % 50 === 49 ? 40000 : 20 + ((i * 37) % 3000);
    const line = Buffer.from(`${i}:`.padEnd(length, 'x'));
    shared.set(line);
    sent.push(line);
    // What is gone may be written over; what waits may not.
    if (!writer.send(shared, line.length)) shared = new Uint8Array(shared.length);
  }
  return Buffer.concat(sent);
}

for (const way of ['handle', 'stream']) {
  const buffers = way === 'handle' ? new SocketBuffers() : new SocketBuffers(null);
  const writerOf = (socket: net.Socket): NodeSocket => new NodeSocket(socket, buffers);

  test(`writer (${way}): small writes are gone at once, and the bytes may be reused`, async () => {
    await withConnection(async ({ server, client }) => {
      const writer = writerOf(server);
      const { mock: streamWrites } = mock.method(server, 'write');
      const bytes = new Uint8Array(100);
      for (let i = 0; i < 20; i++) {
        bytes.fill(65 + i);
        assert.equal(writer.send(bytes, 3), true);
        assert.equal(writer.pendingSize, 0);
      }
      const expected = Array.from({ length: 20 }, (_, i) => String.fromCharCode(65 + i).repeat(3));
      assert.equal((await read(client, 60)).toString(), expected.join(''));
      assert.equal(streamWrites.callCount(), way === 'handle' ? 0 : 20);
    });
  });

  test(`writer (${way}): what a slow reader leaves waiting arrives in order`, async () => {
    await withConnection(async ({ server, client }) => {
      const writer = writerOf(server);
      const first = writeUntilWaiting(writer, 1);
      const waiting = writer.pendingSize;
      assert.equal(writer.send(Buffer.from('short'), 5), false);
      assert.equal(writer.pendingSize, waiting + 5);
      const second = writeUntilWaiting(writer, 500000);
      assert.ok(writer.pendingSize >= 500000);
      const expected = Buffer.concat([first, Buffer.from('short'), second]);
      assert.ok((await read(client, expected.length)).equals(expected), 'other bytes arrived');
      assert.equal(writer.pendingSize, 0);
      assert.equal(writer.send(Buffer.from('more'), 4), true);
      assert.equal((await read(client, 4)).toString(), 'more');
    });
  });

  test(`writer (${way}): a small piece that waits is not that of another socket`, async () => {
    await withConnection(async (slow) => {
      await withConnection(async (quick) => {
        const [writer, other] = [writerOf(slow.server), writerOf(quick.server)];
        const piece = (i: number): Uint8Array => Uint8Array.from(Buffer.from(`${i};`.padStart(60)));
        let count = 0;
        while (writer.send(piece(count++), 60));
        assert.equal(other.send(Uint8Array.from(Buffer.alloc(60, '-')), 60), true);
        const expected = Buffer.concat(Array.from({ length: count }, (_, i) => piece(i)));
        assert.ok((await read(slow.client, expected.length)).equals(expected), 'others arrived');
        assert.equal((await read(quick.client, 60)).toString(), '-'.repeat(60));
      });
    });
  });

  test(`writer (${way}): pieces of a large value arrive in order, a slice at a time`, async () => {
    await withConnection(async ({ server, client }) => {
      const writer = writerOf(server);
      const large = Buffer.alloc(7000000, 'abcdefghijk');
      const pieces = [Buffer.from('head'), large, Buffer.from('tail')];
      const small = pieces.map((piece) => piece.subarray(0, 4));
      const drained = mock.fn();
      writer.drained = drained;
      assert.equal(writer.sendTogether(small), true);
      assert.equal(writer.sendTogether(pieces), false);
      assert.ok(writer.pendingSize > 4000000, 'all was given to the kernel at once');
      assert.equal(writer.send(Buffer.from('more'), 4), false);
      const expected = Buffer.concat([...small, ...pieces, Buffer.from('more')]);
      assert.ok((await read(client, expected.length)).equals(expected), 'other bytes arrived');
      assert.equal(writer.pendingSize, 0);
      assert.ok(drained.mock.callCount() > 0);
      assert.equal(writer.send(Buffer.from('end'), 3), true);
    });
  });

  test(`writer (${way}): a socket that ends sends the slices that wait`, async () => {
    await withConnection(async ({ server, client }) => {
      const writer = writerOf(server);
      const large = Buffer.alloc(7000000, 'abcdefghijk');
      writer.send(large, large.length);
      writer.end();
      assert.ok((await read(client, Number.POSITIVE_INFINITY)).equals(large));
    });
  });

  test(`writer (${way}): two sockets wait at the same time`, async () => {
    await withConnection(async (one) => {
      await withConnection(async (other) => {
        const sent = new Map<net.Socket, Buffer>();
        for (const { server, client } of [one, other]) {
          sent.set(client, writeUntilWaiting(writerOf(server), 1));
        }
        for (const [client, bytes] of sent) {
          assert.ok((await read(client, bytes.length)).equals(bytes), 'other bytes arrived');
        }
      });
    });
  });

  test(`writer (${way}): a socket that ends sends what waits`, async () => {
    await withConnection(async ({ server, client }) => {
      const writer = writerOf(server);
      const expected = writeUntilWaiting(writer, 1);
      server.destroySoon();
      assert.ok((await read(client, Number.POSITIVE_INFINITY)).equals(expected));
    });
  });

  test(`writer (${way}): a corked socket sends nothing until it is uncorked`, async () => {
    await withConnection(async ({ server, client }) => {
      const writer = writerOf(server);
      server.cork();
      assert.equal(writer.send(Buffer.from('held'), 4), false);
      assert.equal(writer.pendingSize, 4);
      assert.equal(writer.send(Buffer.from(' too'), 4), false);
      server.uncork();
      assert.equal((await read(client, 8)).toString(), 'held too');
    });
  });

  test(`writer (${way}): a peer that is gone closes the socket`, async () => {
    for (const size of [0, 1]) {
      await withConnection(async ({ server, client }) => {
        const writer = writerOf(server);
        if (size > 0) writeUntilWaiting(writer, size);
        const closed = new Promise((settle) => server.on('close', settle));
        client.resetAndDestroy();
        const bytes = Buffer.from('to nobody');
        const write = (): void => {
          writer.send(bytes, bytes.length);
          if (!server.destroyed) setImmediate(write);
        };
        write();
        await closed;
        writer.send(bytes, bytes.length);
      });
    }
  });
}

test('reading: the user says where the next bytes go', () => {
  const buffers = new SocketBuffers();
  const { bytes: shared, beginning } = buffers;
  const target = new Uint8Array(100000);
  const reading = new Reading(buffers);
  const came: Uint8Array[] = [];
  reading.user = {
    isFree: true,
    receive: (bytes) => void came.push(bytes),
    drained: () => {},
    closed: () => {},
  };
  let longs = 0;
  reading.socket = { letOthersRead: () => void longs++ };
  assert.equal(reading.next(), shared);
  // What the user wants after a read, of how many bytes into what, and where the next one goes.
  const all = shared.length;
  const lines: [Uint8Array | null, number, Uint8Array, next: Uint8Array, isLong?: boolean][] = [
    [null, 100, shared, shared],
    [null, all, shared, shared, true],
    [target, all, shared, target],
    [target, target.length, target, target],
    [target, 5, target, target],
    // The end of an argument was small: the next request may be.
    [null, 5, target, shared],
    [target, all, shared, target],
    // A large part: of the next request the beginning is read alone, until one is small and longer.
    [null, target.length, target, beginning],
    [null, 20, beginning, beginning],
    [target, beginning.length, beginning, target],
    [null, target.length, target, beginning],
    [null, beginning.length, beginning, shared],
    [null, 5, shared, shared],
  ];
  for (const [wanted, size, into, next, isLong = false] of lines) {
    reading.wanted = wanted;
    const before = longs;
    assert.equal(reading.receive(size), true);
    assert.equal(longs - before, isLong ? 1 : 0);
    assert.equal(came.at(-1), into);
    assert.equal(reading.next(), into === next ? null : next);
  }
  reading.wanted = target;
  reading.next();
  longs = 0;
  for (let i = 0; i < 30; i++) reading.receive(target.length);
  assert.equal(longs, 10);
});
