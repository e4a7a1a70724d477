// The text dialects over real sockets of a started Redstart, as netcat would speak them: whoever
// writes a line reads a reply. The same keys are seen in RESP.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { RawClient } from '../support/raw-client.ts';
import { freePort, type RunningServer, startRedstart } from '../support/server.ts';

const REPLY_TIMEOUT_MS = 20000;

let server: RunningServer;
let plainPort: number;
let quotedPort: number;

before(async () => {
  server = await startRedstart();
  const resp = await RawClient.connect(server.port);
  // By CONFIG SET the ports are open when the reply comes.
  plainPort = await freePort();
  await resp.command('CONFIG', 'SET', 'plain-port', String(plainPort));
  quotedPort = await freePort();
  await resp.command('CONFIG', 'SET', 'quoted-port', String(quotedPort));
  resp.close();
});

after(() => server.stop());

/** A connection that waits for lines. */
class LineClient {
  readonly socket: net.Socket;
  private text = '';
  private isOver = false;
  private look: () => void = () => {};

  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: string) => {
      this.text += chunk;
      this.look();
    });
    this.socket.on('close', () => {
      this.isOver = true;
      this.look();
    });
  }

  write(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** What has come once it ends in `end`; it is taken then. */
  until(end: string): Promise<string> {
    return this.wait(() => this.text.endsWith(end), JSON.stringify(end));
  }

  /** All that comes until the server closes the connection. */
  untilClosed(): Promise<string> {
    return this.wait(() => this.isOver, 'the end');
  }

  private wait(isThere: () => boolean, what: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error(`no ${what} in ${JSON.stringify(this.text)}`));
      const timer = setTimeout(fail, REPLY_TIMEOUT_MS);
      this.look = () => {
        if (!isThere() && !this.isOver) return;
        clearTimeout(timer);
        if (!isThere()) return fail();
        resolve(this.text);
        this.text = '';
      };
      this.look();
    });
  }
}

/** A conversation on one connection: a line, then its reply; then QUIT. */
async function converse(
  port: number,
  turns: readonly (readonly [line: string, reply: string])[],
): Promise<void> {
  const client = new LineClient(port);
  for (const [line, reply] of turns) {
    client.write(`${line}\n`);
    assert.equal(await client.until(reply), reply, line);
  }
  client.write('QUIT\r\n');
  assert.equal(await client.untilClosed(), 'OK\n');
}

async function flush(): Promise<void> {
  const resp = await RawClient.connect(server.port);
  assert.equal(String(await resp.command('FLUSHALL')), '+OK\r\n');
  resp.close();
}

test('text dialects: plain', async () => {
  await flush();
  await converse(plainPort, [
    ['PING', 'PONG\n'],
    ['SET name vimla', 'OK\n'],
    ['GET name', 'vimla\n'],
    ['GET nobody', 'nil\n'],
    ['KEYS *', 'name\n'],
    ['KEYS n?me', 'name\n'],
    ['KEYS ?', '\n'],
    ['EXPIRE name 100', 'OK\n'],
    ['EXPIRE nobody 100', '0\n'],
    ['TTL name', '100\n'],
    ['PERSIST name', 'OK\n'],
    ['PERSIST name', '0\n'],
    ['TTL name', '-1\n'],
    ['TTL nobody', '-2\n'],
    ['EXISTS name nobody name', '2\n'],
    ['SET text with  spaces ', 'OK\n'],
    ['GET text', 'with  spaces \n'],
    ['DEL name text nobody', '2\n'],
    ['NOPE', "ERR unknown command 'NOPE', with args beginning with: \n"],
  ]);
});

test('text dialects: quoted', async () => {
  await flush();
  await converse(quotedPort, [
    ['PING', 'PONG\n'],
    ['SET name "vimla"', 'OK\n'],
    ['GET name', '"vimla"\n'],
    ['SET session_token "abc123" 60', 'OK\n'],
    ['TTL session_token', '60\n'],
    ['DELETE name', 'OK\n'],
    ['GET name', '(nil)\n'],
    ['DELETE name', '(nil)\n'],
    ['GET "name', 'ERR unbalanced quotes in request\n'],
    ['INCR visits', '1\n'],
  ]);
});

test('text dialects: INFO, and what it says of the listeners', async () => {
  const client = new LineClient(plainPort);
  client.write('INFO\r\n');
  const text = await client.until('\nEND\n');
  assert.match(text, new RegExp(`\nlistener3:name=plain,[^\n]*port=${plainPort}\n`));
  assert.match(text, new RegExp(`\nlistener4:name=quoted,[^\n]*port=${quotedPort}\n`));
  assert.match(text, /\nuptime_in_seconds:\d+\n/);
  client.socket.destroy();
});

test('text dialects: a key expires that nobody asks for', async () => {
  await flush();
  const plain = new LineClient(plainPort);
  const quoted = new LineClient(quotedPort);
  plain.write('SETEX short 10 a value\nGET short\nPEXPIRE short 50\n');
  assert.equal(await plain.until('1\n'), 'OK\na value\n1\n');
  for (let answer = ''; answer !== '0\n'; answer = await quoted.until('\n')) {
    quoted.write('DBSIZE\n');
  }
  plain.write('TTL short\n');
  assert.equal(await plain.until('\n'), '-2\n');
  plain.socket.destroy();
  quoted.socket.destroy();
});

test('text dialects: one keyspace, byte for byte', async () => {
  const value = Buffer.from([...Array(256).keys()].filter((byte) => byte !== 10)).toString(
    'latin1',
  );
  const plain = new LineClient(plainPort);
  const quoted = new LineClient(quotedPort);
  const resp = await RawClient.connect(server.port);
  plain.write(`SET bytes ${value}\n`);
  assert.equal(await plain.until('\n'), 'OK\n');
  const reply = await resp.command('GET', 'bytes');
  assert.equal(reply.toString('latin1'), `$255\r\n${value}\r\n`);
  quoted.write('GET bytes\n');
  const printed = await quoted.until('"\n');
  quoted.write(`SET copy ${printed}GET copy\n`);
  assert.equal(await quoted.until('"\n'), `OK\n${printed}`);
  assert.ok((await resp.command('GET', 'copy')).equals(reply));
  plain.write('GET copy\n');
  assert.equal(await plain.until(`${value.slice(-1)}\n`), `${value}\n`);
  for (const client of [plain, quoted]) client.socket.destroy();
  resp.close();
});

test('text dialects: 100,000 lines in one write', async () => {
  const client = new LineClient(plainPort);
  let input = '';
  let expected = '';
  for (let i = 0; i < 50000; i++) {
    input += `SET key:${i % 1000} value ${i}\r\nGET key:${i % 1000}\n`;
    expected += `OK\nvalue ${i}\n`;
  }
  client.write(`${input}QUIT\n`);
  assert.ok((await client.untilClosed()) === `${expected}OK\n`, 'the replies differ');
});

test('text dialects: clients that go in the midst of a line do no harm', async () => {
  for (const port of [plainPort, quotedPort]) {
    for (let i = 0; i < 50; i++) {
      const client = new LineClient(port);
      client.write(i % 2 === 0 ? 'SET k "half' : 'GET k\nPING\nPI');
      if (i % 4 < 2) await new Promise((resolve) => client.socket.once('connect', resolve));
      if (i % 3 === 0) client.socket.resetAndDestroy();
      else client.socket.end();
    }
    await converse(port, [['PING', 'PONG\n']]);
  }
});

test('text dialects: the ports of the command line, and a password', async () => {
  const ports = [await freePort(), await freePort()];
  const own = await startRedstart([
    ...['--plain-port', String(ports[0]), '--quoted-port', String(ports[1])],
    ...['--requirepass', 'secret'],
  ]);
  try {
    for (const port of ports) {
      await untilOpen(port);
      await converse(port, [
        ['GET k', 'ERR NOAUTH Authentication required.\n'],
        ['AUTH wrong', 'ERR WRONGPASS invalid username-password pair or user is disabled.\n'],
        ['AUTH secret', 'OK\n'],
        ['EXISTS k', '0\n'],
      ]);
    }
  } finally {
    await own.stop();
  }
});

/** The listeners open one after the other: RESP may answer before the last is there. */
async function untilOpen(port: number): Promise<void> {
  const isOpen = () =>
    new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  const endMs = Date.now() + REPLY_TIMEOUT_MS;
  while (Date.now() < endMs) if (await isOpen()) return;
  throw new Error(`port ${port} does not open`);
}
