// What comes on other connections while a script runs long, however it is cut, and what goes on
// behind the script: nothing is lost, and nothing changes places.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUOTED } from '../../src/adapters/quoted/dialect.ts';
import { receiveText, TextNetwork } from '../support/text-wire.ts';
import { Network, receive, type Wire } from '../support/wire.ts';

const CONFIG = { 'busy-reply-threshold': '1' };
const BUSY =
  '-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n';
const KILLED =
  '-ERR Script killed by user with SCRIPT KILL... script: ' +
  '694a5fe1ddb97a4c6a1bf299d9537c7d3d0f84e7, on @user_script:1.\r\n';
const ENDLESS = '*3\r\n$4\r\nEVAL\r\n$17\r\nwhile true do end\r\n$1\r\n0\r\n';
/** It lasts for an interlude. */
const LONG = '*3\r\n$4\r\nEVAL\r\n$24\r\nfor i = 1, 120000 do end\r\n$1\r\n0\r\n';
const KILL = '*2\r\n$6\r\nSCRIPT\r\n$4\r\nKILL\r\n';

/** All that a connection is sent, and is to answer, while the script runs. */
const MEANWHILE: readonly (readonly [request: string, reply: string])[] = [
  ['PING\r\n', BUSY],
  ['*1\r\n$5\r\nMULTI\r\n', '+OK\r\n'],
  ['*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\n\r\n\r\n\r\n', BUSY],
  ['EXEC\r\n', BUSY.replace('-', '-EXECABORT Transaction discarded because of: ')],
  ['\r\n', ''],
  ['*2\r\n$5\r\nWATCH\r\n$1\r\nk\r\n', '+OK\r\n'],
  ['*1\r\n$7\r\nUNWATCH\r\n', '+OK\r\n'],
  ['*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n', BUSY],
];
const REQUESTS = MEANWHILE.map(([request]) => request).join('');
const REPLIES = MEANWHILE.map(([, reply]) => reply).join('');

function serve(): Network {
  const network = new Network(CONFIG);
  network.test.clock.lookUs = 1000;
  return network;
}

/** Hands a connection one piece in each interlude, as long as it may be given bytes. */
function feed(network: Network, wire: Wire, pieces: readonly string[]): void {
  let next = 0;
  network.test.readOpen = () => {
    if (next === pieces.length || !wire.connection.isFree) return false;
    receive(wire, pieces[next++]);
    return true;
  };
}

/** What is answered from here on, when others have had their turn. */
function listen(network: Network, { socket }: Wire): () => string {
  const start = socket.outputSize();
  return () => {
    network.test.clock.advance(1);
    return socket.output().slice(start);
  };
}

test('a conversation in interludes, cut at every byte', () => {
  const network = serve();
  const running = network.connect();
  const other = network.connect();
  for (let cut = 0; cut <= REQUESTS.length; cut++) {
    const answered = listen(network, running);
    const heard = listen(network, other);
    feed(network, other, [REQUESTS.slice(0, cut), REQUESTS.slice(cut), KILL]);
    receive(running, ENDLESS);
    assert.equal(heard(), `${REPLIES}+OK\r\n`, `cut at ${cut}`);
    assert.equal(answered(), KILLED);
  }
});

test('what began in an interlude ends behind the script, cut at every byte', () => {
  const network = serve();
  const running = network.connect();
  const other = network.connect();
  const requests = 'PING\r\n*2\r\n$4\r\nECHO\r\n$6\r\nhello!\r\nPING\r\n';
  const before = (cut: number): string => {
    if (cut < 6) return '';
    return cut < requests.length - 6 ? BUSY : BUSY + BUSY;
  };
  for (let cut = 0; cut < requests.length; cut++) {
    const heard = listen(network, other);
    feed(network, other, [requests.slice(0, cut)]);
    receive(running, LONG);
    assert.equal(heard(), before(cut), `cut at ${cut}`);
    receive(other, requests.slice(cut));
    const all = [BUSY, BUSY, BUSY];
    const isEarly = [cut >= 6, cut >= requests.length - 6, false];
    const normal = ['+PONG\r\n', '$6\r\nhello!\r\n', '+PONG\r\n'];
    const expected = all.map((busy, i) => (isEarly[i] ? busy : normal[i])).join('');
    assert.equal(heard(), expected, `cut at ${cut}`);
  }
});

test('what is pipelined around the script is answered in order, cut at every byte', () => {
  const network = serve();
  const running = network.connect();
  const other = network.connect();
  const [first, last] = [
    '*2\r\n$4\r\nECHO\r\n$1\r\na\r\n',
    'PING\r\n*2\r\n$3\r\nGET\r\n$1\r\nq\r\n',
  ];
  const requests = first.repeat(2) + LONG + last.repeat(2);
  const expected = '$1\r\na\r\n'.repeat(2) + '$-1\r\n' + '+PONG\r\n$-1\r\n'.repeat(2);
  for (let cut = 0; cut <= requests.length; cut++) {
    const answered = listen(network, running);
    const heard = listen(network, other);
    feed(network, other, [REQUESTS]);
    receive(running, requests.slice(0, cut));
    receive(running, requests.slice(cut));
    assert.equal(answered(), expected, `cut at ${cut}`);
    assert.equal(heard(), REPLIES);
  }
});

test('a client that does not read is not served, and gets all in order later', () => {
  const network = serve();
  const running = network.connect();
  const other = network.connect();
  other.socket.isStuck = true;
  const count = 20_000;
  feed(network, other, ['PING\r\n'.repeat(count), 'PING\r\n', KILL]);
  receive(running, LONG);
  assert.equal(other.socket.output(), '');
  assert.ok(!other.connection.isFree);
  other.socket.isStuck = false;
  other.socket.takeKept();
  other.connection.drained();
  receive(other, 'PING\r\n');
  for (let i = 0; i < 1000; i++) network.test.clock.advance(1);
  const output = other.socket.output();
  const busyCount = output.lastIndexOf(BUSY) / BUSY.length + 1;
  assert.ok(busyCount > 1 && busyCount < count);
  assert.equal(output, BUSY.repeat(busyCount) + '+PONG\r\n'.repeat(count + 1 - busyCount));
});

test('a client may leave in an interlude', () => {
  const network = serve();
  const running = network.connect();
  const other = network.connect();
  const gone = network.connect();
  let step = 0;
  network.test.readOpen = () => {
    if (step === 0) receive(other, 'QUIT\r\n');
    if (step === 1) gone.connection.closed();
    return step++ < 2;
  };
  receive(running, LONG.replace('120000', '900000'));
  assert.equal(other.socket.output(), '+OK\r\n');
  assert.ok(other.socket.isEnded);
  assert.equal(running.socket.output(), '$-1\r\n');
  assert.equal(network.server.sessions.size, 2);
});

test('text: lines in interludes', () => {
  const network = new TextNetwork(QUOTED, CONFIG);
  network.test.clock.lookUs = 1000;
  const running = network.connectText();
  const other = network.connectText();
  const lines = ['PI', 'NG\nNOPE\nMULTI\nDISC', 'ARD\nSCRIPT KILL\n'];
  network.test.readOpen = () => {
    const line = lines.shift();
    if (line !== undefined) receiveText(other, line);
    return line !== undefined;
  };
  receiveText(running, 'ECHO a\nEVAL "while true do end" 0\nECHO b\n');
  network.test.clock.advance(1);
  assert.equal(running.socket.output(), `"a"\n${KILLED.slice(1).replace('\r', '')}"b"\n`);
  assert.equal(
    other.socket.output(),
    `ERR ${BUSY.slice(1).replace('\r', '')}` +
      "ERR unknown command 'NOPE', with args beginning with: \nOK\nOK\nOK\n",
  );
});
