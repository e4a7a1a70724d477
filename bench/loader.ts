// Fills a server through a raw socket: commands of fixed width whose digits are patched in place,
// sent in chunks of which so many bytes at most are unanswered at any time.
import net from 'node:net';

/** A command whose key, and maybe whose deadline, is patched for each use. */
export interface Template {
  readonly bytes: Buffer;
  /** Where the last of the key's 12 digits is. */
  readonly keyLast: number;
  /** Where the last of the deadline's 13 digits is; -1 without one. */
  readonly deadlineLast: number;
  /** Bytes of the reply. */
  readonly replySize: number;
}

export interface Load {
  readonly port: number;
  readonly template: Template;
  /** As many keys, from `first` or 0 on. */
  readonly count: number;
  readonly first?: number;
  /** Ms since 1970, for a template that has one. */
  readonly deadlineMs?: (index: number) => number;
  /** Bytes that the server has not answered yet, at most. */
  readonly unansweredMax?: number;
}

const KEY_DIGITS = 12;
const DEADLINE_DIGITS = 13;
const VALUE = 'abcdefghijklmnop';
const CHUNK_SIZE_MAX = 32 * 1024;
/** A chunk under way and the next one in the server's socket: it never waits for the loader. */
const UNANSWERED_MAX = 2 * CHUNK_SIZE_MAX;
const MINUS = 45;
/** A deadline of 13 digits that no bench lives to see. */
const FAR_MS = 4e12;
const LOAD_TIME_MIN_MS = 500;

/** `SET <name><12 digits> <value>`: 16 bytes of key for a name of four. */
export function setTemplate(name: string, value = VALUE): Template {
  return template(['SET', name + '0'.repeat(KEY_DIGITS), value], 5);
}

/** The same with `PXAT <deadline>`. */
export function setUntilTemplate(name: string): Template {
  const key = name + '0'.repeat(KEY_DIGITS);
  return template(['SET', key, VALUE, 'PXAT', '0'.repeat(DEADLINE_DIGITS)], 5);
}

/** `GET <name><12 digits>`, of a value that setTemplate() wrote. */
export function getTemplate(name: string): Template {
  return template(['GET', name + '0'.repeat(KEY_DIGITS)], `$16\r\n${VALUE}\r\n`.length);
}

/** `SADD <key> member:<12 digits>`. */
export function setMember(key: string): Template {
  return template(['SADD', key, `member:${'0'.repeat(KEY_DIGITS)}`], 4, 2);
}

/** `ZADD <key> <13 digits> member:<12 digits>`: the score is patched as a deadline is. */
export function sortedMember(key: string): Template {
  const score = '0'.repeat(DEADLINE_DIGITS);
  const made = template(['ZADD', key, score, `member:${'0'.repeat(KEY_DIGITS)}`], 4, 3);
  return { ...made, deadlineLast: made.bytes.indexOf(score) + DEADLINE_DIGITS - 1 };
}

/** Sends the commands for all keys and resolves when the last one is answered. */
export function load({
  port,
  template,
  count,
  first = 0,
  deadlineMs,
  unansweredMax = UNANSWERED_MAX,
}: Load): Promise<void> {
  const chunkCommands = Math.floor(CHUNK_SIZE_MAX / template.bytes.length);
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let sent = 0;
    let answeredSize = 0;
    const pump = (): void => {
      const answered = Math.floor(answeredSize / template.replySize);
      while (sent < count && (sent - answered + chunkCommands) * template.bytes.length <= room) {
        const commands = Math.min(chunkCommands, count - sent);
        const chunk = Buffer.allocUnsafe(commands * template.bytes.length);
        fill(chunk, template, first + sent, commands, deadlineMs);
        socket.write(chunk);
        sent += commands;
      }
    };
    const room = Math.max(unansweredMax, CHUNK_SIZE_MAX);
    socket.once('connect', pump);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server has closed the connection')));
    socket.on('data', (chunk) => {
      const isFirst = answeredSize % template.replySize === 0;
      if ((isFirst && chunk[0] === MINUS) || chunk.includes('\r\n-')) {
        return reject(new Error(chunk.toString('latin1', 0, 100)));
      }
      answeredSize += chunk.length;
      if (answeredSize < count * template.replySize) return pump();
      socket.destroy();
      resolve();
    });
  });
}

/**
 * How long a load of keys with deadlines will take, with ease: twice as long as it would at the
 * pace of a tenth of its keys, which are there after this.
 */
export async function loadTimeMs({ port, template, count }: Load): Promise<number> {
  const beginMs = performance.now();
  const tenth = Math.ceil(count / 10);
  await load({ port, template, count: tenth, deadlineMs: () => FAR_MS });
  return Math.ceil((performance.now() - beginMs) * 20) + LOAD_TIME_MIN_MS;
}

/** Writes commands for keys first, first + 1, ... to a buffer that they fill. */
export function fill(
  target: Buffer,
  template: Template,
  first: number,
  commands: number,
  deadlineMs?: (index: number) => number,
): void {
  const size = template.bytes.length;
  for (let i = 0; i < commands; i++) {
    const at = i * size;
    target.set(template.bytes, at);
    writeDigits(target, at + template.keyLast, first + i);
    if (deadlineMs === undefined || template.deadlineLast < 0) continue;
    writeDigits(target, at + template.deadlineLast, deadlineMs(first + i));
  }
}

/** Overwrites zeros with a number's digits, the last of them at `last`. */
export function writeDigits(target: Uint8Array, last: number, value: number): void {
  let rest = value;
  for (let at = last; rest > 0; at--) {
    const next = Math.floor(rest / 10);
    target[at] = 48 + rest - next * 10;
    rest = next;
  }
}

/** A word of the command, its key if nothing is said, ends with the digits, which are zeros. */
export function template(words: readonly string[], replySize: number, patched = 1): Template {
  let text = `*${words.length}\r\n`;
  let keyLast = 0;
  let deadlineLast = -1;
  for (const [index, word] of words.entries()) {
    text += `$${word.length}\r\n${word}\r\n`;
    if (index === patched) keyLast = text.length - 3;
    if (index === 4) deadlineLast = text.length - 3;
  }
  return { bytes: Buffer.from(text, 'latin1'), keyLast, deadlineLast, replySize };
}
