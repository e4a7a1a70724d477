// A connection in a text dialect without a network, beside those of test/support/wire.ts: what is
// sent to it, cut as one likes, and what it answers.
import assert from 'node:assert/strict';
import type { Dialect } from '../../src/adapters/text/dialect.ts';
import { TextLanguage } from '../../src/adapters/text/language.ts';
import { TextWriter } from '../../src/adapters/text/text-writer.ts';
import { Connection } from '../../src/adapters/wire/connection.ts';
import type { SessionOrigin } from '../../src/engine/session.ts';
import { FakeSocket, Network } from './wire.ts';

const SCRIBBLE = 0xee;

export interface TextWire {
  connection: Connection;
  socket: FakeSocket;
}

/** One server and its connections: in a dialect by connectText(), in RESP by connect(). */
export class TextNetwork extends Network {
  private readonly dialect: Dialect;
  private readonly text = new TextWriter();

  constructor(dialect: Dialect, config: Readonly<Record<string, string>> = {}) {
    super(config);
    this.dialect = dialect;
  }

  connectText(origin: Partial<SessionOrigin> = {}): TextWire {
    const socket = new FakeSocket();
    const full = {
      address: '127.0.0.1:50002',
      localAddress: '127.0.0.1:7000',
      isUnixSocket: false,
      isLocal: true,
      descriptor: 10,
      ...origin,
    };
    const language = new TextLanguage(this.dialect, this.text);
    return { connection: new Connection(this.server, socket, full, language), socket };
  }
}

/** Hands bytes to a connection in one chunk, which is overwritten afterwards. */
export function receiveText(wire: TextWire, bytes: Uint8Array | string): void {
  const chunk = new Uint8Array(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  wire.connection.receive(chunk);
  chunk.fill(SCRIBBLE);
}

/** Sends text and returns what is answered at once. */
export function askText(wire: TextWire, text: string): string {
  const before = wire.socket.outputSize();
  receiveText(wire, text);
  return wire.socket.output().slice(before);
}

/** Lets the socket take all, again and again, until nothing more comes. */
export function drainText(wire: TextWire): void {
  wire.socket.isStuck = false;
  for (let round = 0; round < 1000 && wire.socket.pendingSize > 0; round++) {
    wire.socket.takeKept();
    wire.connection.drained();
  }
}

/**
 * A new connection to an empty dataset answers `input` with `expected`, with LF and with CR LF as
 * line ends; in one chunk, cut at each byte, and byte by byte.
 */
export function checkCut(network: TextNetwork, input: string, expected: string): void {
  for (const text of new Set([input, input.replaceAll('\n', '\r\n')])) {
    const bytes = Buffer.from(text, 'latin1');
    const all = [...bytes.keys()].slice(1);
    for (const cuts of [[], ...all.map((cut) => [cut]), all]) {
      assert.equal(
        answerText(network, bytes, cuts),
        expected,
        `${JSON.stringify(text)} at ${cuts}`,
      );
    }
  }
}

/** What a new connection answers to bytes cut at the given places, in order. */
export function answerText(network: TextNetwork, bytes: Buffer, cuts: readonly number[]): string {
  network.server.keyspace.flushAll();
  const wire = network.connectText();
  let start = 0;
  for (const cut of [...cuts, bytes.length]) {
    if (!wire.socket.isOver) receiveText(wire, bytes.subarray(start, cut));
    start = cut;
  }
  if (!wire.socket.isOver) wire.connection.closed();
  return wire.socket.output();
}
