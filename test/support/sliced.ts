// Somebody who asks for long work, which is done in slices, and somebody else who has turns in
// between.
import assert from 'node:assert/strict';
import type { Session } from '../../src/engine/session.ts';
import { call, connect } from './clock.ts';
import { Network, receive, type Wire } from './wire.ts';

/** A slice takes two steps or so. */
const LOOK_US = 300;
const TURNS_MAX = 10_000;
const SENDING_TURNS = 10;

export class Sliced {
  readonly network = new Network({ 'enable-debug-command': 'yes' });
  readonly asker: Wire;
  readonly other: Session;

  /** Other lines make what is there before. */
  constructor(lines: readonly (string | readonly string[])[]) {
    this.asker = this.network.connect();
    this.other = connect(this.network.server).session;
    for (const line of lines) this.say(line);
    this.network.test.clock.lookUs = LOOK_US;
  }

  /** What the other one is answered. */
  say(line: string | readonly string[]): string {
    return call(this.network.server, this.other, line).trimEnd();
  }

  /** What the other one is answered within a transaction, where nothing is done in slices. */
  sayAtOnce(line: string | readonly string[]): string {
    this.say('MULTI');
    this.say(line);
    return this.say('EXEC').replace(/^\*1\r\n/, '');
  }

  /** The bytes of the string that the other one is answered likewise. */
  bytesAtOnce(line: string): string {
    this.say('MULTI');
    this.say(line);
    const answer = call(this.network.server, this.other, 'EXEC');
    const size = /^\*1\r\n\$(\d+)\r\n/.exec(answer);
    assert.ok(size !== null, answer.slice(0, 100));
    return answer.slice(size[0].length, size[0].length + Number(size[1]));
  }

  ask(bytes: string | Uint8Array): void {
    receive(this.asker, bytes);
  }

  get isBlocked(): boolean {
    return this.asker.connection.session?.isBlocked === true;
  }

  turn(count = 1): void {
    for (let i = 0; i < count; i++) this.network.test.clock.advance(0);
  }

  /** The answer, and after how many turns it came. */
  finish(): { answer: string; turns: number } {
    let turns = 0;
    for (; this.isBlocked; turns++) {
      assert.ok(turns < TURNS_MAX, 'the command does not end');
      this.turn();
    }
    // A long one leaves a share at a time.
    this.turn(SENDING_TURNS);
    const answer = this.asker.socket.output().trimEnd();
    this.network.server.keyspace.verify();
    return { answer, turns };
  }
}
