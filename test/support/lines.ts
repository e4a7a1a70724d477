// The lines of differential tests: what they may say, and the steps that they mean.
//
// A text is a command line that waits for one reply. A connection's name may stand before it, and
// a line may only wait for what comes out of turn:
//
//   'GET k'                the first connection sends, and one reply comes
//   'worker> SET k v'      the connection `worker` sends, and one reply comes
//   'worker>> SET k v'     `worker` sends, and nothing is waited for
//   'watcher<'             one reply or push comes to `watcher`, which asked for nothing
//   'watcher< 3'           three of them
//   'watcher< nothing'     nothing has come: what it sends now is answered next
//   'watcher< all'         whatever has come: what it sends now is answered last
//
// `$id(name)` and `$address(name)` stand for what each server knows a connection by.
import assert from 'node:assert/strict';
import { splitArgs } from '../../src/domain/bytes/split-args.ts';
import type { Tolerance } from './tolerance.ts';

export interface LineOptions {
  /** Words with quotes and escapes as in an inline command, or the arguments (latin1). */
  send?: string | readonly string[];
  /** Lines that are sent in one piece; as many replies come unless `replies` says otherwise. */
  pipeline?: readonly string[];
  /** Nothing is sent: so many replies or pushes come. */
  expect?: number;
  /** Nothing is sent, and nothing has come. */
  silent?: true;
  /** The line is sent again until the reply is like this, for a while. */
  until?: RegExp;
  /** Only what this finds in the reply is compared. */
  part?: RegExp;
  tolerance?: Tolerance;
  /** A reference of another version is not sent the line: its recorded reply stands for it. */
  only?: '7.2';
  /** The raw reply of 7.2 where 7.0 says something else; [RESP2, RESP3] when those differ. */
  reply72?: string | readonly [resp2: string, resp3: string];
  /** The connection that sends the line, by any name; the first one is ''. */
  as?: string;
  /**
   * How many replies the line has: 1 unless it is given; or all bytes up to the connection's end,
   * or all replies up to the one that has the MARKER.
   */
  replies?: number | 'all' | 'marked';
}

export type Line = string | LineOptions;

/** What a line means. */
export interface Step extends LineOptions {
  /** The line for people. */
  text: string;
  /** The commands that are sent in one piece. */
  commands: readonly (readonly string[])[];
  as: string;
  replies: number | 'all' | 'marked';
}

/** What a connection sends to find out that nothing has come before the answer. */
export const MARKER = 'nothing-came-before';

export function stepOf(line: Line): Step {
  const options = typeof line === 'string' ? { send: line } : line;
  const { send, pipeline, expect, silent } = options;
  const as = options.as ?? '';
  if (pipeline !== undefined) {
    const { commands, text } = { commands: pipeline.map(wordsOf), text: pipeline.join('; ') };
    return { ...options, text, commands, as, replies: options.replies ?? commands.length };
  }
  if (expect !== undefined) {
    return { ...options, text: `${as}< ${expect}`, commands: [], as, replies: expect };
  }
  if (silent !== undefined) return silentStep(as);
  assert.ok(send !== undefined, `nothing to send: ${JSON.stringify(line)}`);
  if (typeof send !== 'string') {
    const text = JSON.stringify(send);
    return { ...options, text, commands: [send], as, replies: options.replies ?? 1 };
  }
  return stepOfText(send, { ...options, as });
}

/** The words of a line, as latin1 strings. */
export function wordsOf(line: string | readonly string[]): string[] {
  if (typeof line !== 'string') return [...line];
  assert.ok(!/[^\0-\xff]/.test(line), `write bytes, not characters beyond latin1: ${line}`);
  const bytes = Buffer.from(line, 'latin1');
  const words = splitArgs(bytes, 0, bytes.length);
  assert.ok(words !== null && words.length > 0, `not a command line: ${line}`);
  return words.map((word) => Buffer.from(word).toString('latin1'));
}

/** The connections that the lines name by what the servers know them by. */
export function namedIn(lines: readonly Line[]): Set<string> {
  return new Set(
    [...JSON.stringify(lines).matchAll(/\$(?:id|address)\(([^)]*)\)/g)].map(([, name]) => name),
  );
}

function stepOfText(text: string, options: LineOptions & { as: string }): Step {
  const [begin, name, sign] = /^([a-z]\w*)(>>|>|<)(?: |$)/.exec(text) ?? ['', options.as, '>'];
  const rest = text.slice(begin.length);
  if (sign === '<') {
    if (rest === 'nothing') return silentStep(name);
    if (rest === 'all') {
      return { ...options, text, commands: [['PING', MARKER]], as: name, replies: 'marked' };
    }
    const replies = rest === '' ? 1 : Number(rest);
    return { ...options, text, commands: [], as: name, replies };
  }
  const replies = sign === '>>' ? 0 : (options.replies ?? 1);
  return { ...options, text, commands: [wordsOf(rest)], as: name, replies };
}

function silentStep(as: string): Step {
  const part = new RegExp(`^.*${MARKER}\r\n$`, 's');
  return { text: `${as}< nothing`, commands: [['PING', MARKER]], as, replies: 1, part };
}
