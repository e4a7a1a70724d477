// The program of audience.ts: raw sockets that are subscribed, of whose bytes only the number is
// looked at, and publishers. A round is a chunk of PUBLISH commands; the next one begins when all
// its messages and replies have come, or its replies alone.
import net from 'node:net';
import os from 'node:os';
import type { Rounds, Subscribing } from './audience.ts';
import { writeDigits } from './loader.ts';

const DIGITS = 8;
const PUBLISHERS_MAX = 50;
const CHUNK_NAMES = 500;
/** Lines of a confirmation. */
const CONFIRMATION_LINES = 6;
/** A step through all topics that comes back to the first one after the last one. */
const STRIDE = 7919;
const LF = 10;
/** That of servers: on a busy machine it must not be what all wait for. */
const NICE = -10;
const buffer = Buffer.allocUnsafe(64 * 1024);

const port = Number(process.argv[2]);
const { word, connections, topicsEach, isShared } = JSON.parse(process.argv[3]) as Subscribing;
const topics = isShared ? topicsEach : topicsEach * connections;
/** Who gets a message. */
const receiversCount = isShared ? connections : 1;
/** What a message begins with, for the pattern that it came by. */
const isPattern = word === 'PSUBSCRIBE';

let receivedSize = 0;
let expectedSize = 0;
/** The part of them that is replies. */
let repliedSize = 0;
let expectedRepliesSize = 0;
let left = 0;
let waitsForMessages = true;
let next: () => void = () => {};

raisePriority();
const publishers: net.Socket[] = [];
for (let i = 0; i < PUBLISHERS_MAX; i++) publishers.push(await open(countReply));
for (let i = 0; i < connections; i++) await subscribe(isShared ? 0 : i * topicsEach);
process.on('message', (message) => void run(message as Rounds));
process.send?.('ready');

function count(size: number): void {
  receivedSize += size;
  if (receivedSize === expectedSize && (waitsForMessages || left === 0)) next();
}

function countReply(size: number): void {
  repliedSize += size;
  if (waitsForMessages) return count(size);
  receivedSize += size;
  if (repliedSize === expectedRepliesSize) next();
}

/** Runs so many rounds, and tells when everything of the last one has come. */
function run(all: Rounds): void {
  const { rounds, waitsFor, publishers: publishersCount, pipeline, messageSize } = all;
  const command = bulks(['PUBLISH', name(0, ''), 'm'.repeat(messageSize)]);
  const digitsLast = command.indexOf(name(0, '')) + name(0, '').length - 1;
  const replySize = `:${receiversCount}\r\n`.length;
  let topic = 0;
  left = rounds;
  waitsForMessages = waitsFor === 'messages';
  receivedSize = 0;
  expectedSize = 0;
  repliedSize = 0;
  expectedRepliesSize = 0;
  next = () => {
    if (left === 0) {
      if (receivedSize === expectedSize) process.send?.('done');
      return;
    }
    left--;
    const published = publishersCount * pipeline;
    expectedSize += published * (messagesSize(messageSize) + replySize);
    expectedRepliesSize += published * replySize;
    for (const publisher of publishers.slice(0, publishersCount)) {
      const chunk = Buffer.alloc(command.length * pipeline);
      for (let i = 0; i < pipeline; i++) {
        chunk.write(command, i * command.length, 'latin1');
        writeDigits(chunk, i * command.length + digitsLast, topic);
        topic = (topic + STRIDE) % topics;
      }
      publisher.write(chunk);
    }
  };
  next();
}

/** Bytes that the subscribers get of one PUBLISH. */
function messagesSize(messageSize: number): number {
  const names = isPattern ? [name(0, '*'), name(0, '')] : [name(0, '')];
  const kind = isPattern ? 'pmessage' : 'message';
  const message = bulks([kind, ...names, 'm'.repeat(messageSize)]);
  return receiversCount * message.length;
}

/** A connection that is subscribed to topics from `first` on. */
async function subscribe(first: number): Promise<void> {
  let lines = 0;
  let confirmed: () => void = () => {};
  let isConfirmed = false;
  const socket = await open((size) => {
    if (isConfirmed) return count(size);
    for (let i = 0; i < size; i++) if (buffer[i] === LF) lines++;
    if (lines === topicsEach * CONFIRMATION_LINES) confirmed();
  });
  const all = new Promise<void>((resolve) => {
    confirmed = resolve;
  });
  for (let at = 0; at < topicsEach; at += CHUNK_NAMES) {
    const words: string[] = [word];
    for (let i = at; i < Math.min(at + CHUNK_NAMES, topicsEach); i++) {
      words.push(name(first + i, isPattern ? '*' : ''));
    }
    socket.write(bulks(words));
  }
  await all;
  isConfirmed = true;
}

function name(topic: number, suffix: string): string {
  return `topic:${String(topic).padStart(DIGITS, '0')}${suffix}`;
}

function bulks(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((each) => `$${each.length}\r\n${each}\r\n`).join('')}`;
}

/** Without the right to it, this process runs as ever. */
function raisePriority(): void {
  try {
    os.setPriority(NICE);
  } catch {
    return;
  }
}

function open(receive: (size: number) => void): Promise<net.Socket> {
  const callback = (size: number): boolean => {
    receive(size);
    return true;
  };
  const address = { port, host: '127.0.0.1', noDelay: true };
  const socket = net.connect({ ...address, onread: { buffer, callback } });
  socket.on('error', () => {});
  socket.once('close', () => process.exit(1));
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)));
}
