// The program of probe.ts: sends one command every millisecond, whether or not the last one was
// answered, and notes when each was sent, how long its reply took, what number it was, and how long
// meanwhile the server or this process (the larger of the two) waited for a processor that others
// had.
import { openSync, readdirSync, readSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';

const PERIOD_MS = 1;
const SAMPLES_MAX = 500000;
const READ_SIZE = 64 * 1024;
/** Better than the loader's, so that this process is late as seldom as can be. */
const NICE = -15;
const LF = 10;
const COLON = 58;
const NS_PER_MS = 1e6;

const port = Number(process.argv[2]);
const serverPid = Number(process.argv[3]);
const command = Buffer.from(`${process.argv[4]}\r\n`);

const sentMs = new Float64Array(SAMPLES_MAX);
const tookMs = new Float64Array(SAMPLES_MAX);
const serverWaitedMs = new Float64Array(SAMPLES_MAX);
const ownWaitedMs = new Float64Array(SAMPLES_MAX);
const values = new Float64Array(SAMPLES_MAX);
let sent = 0;
let answered = 0;
let value = 0;
let isMeasuring = false;
let isEnding = false;

/** What /proc says of a thread: ns that it ran, ns that it waited for a processor. */
interface Schedule {
  readonly file: number;
  ran: number;
  waited: number;
}

const text = Buffer.alloc(64);
const serverMain = openSchedule(`/proc/${serverPid}/task/${serverPid}/schedstat`);
const serverHelpers = openHelpers();
const own = openSchedule(`/proc/self/task/${process.pid}/schedstat`);

raisePriority();
const socket = net.connect({
  port,
  host: '127.0.0.1',
  noDelay: true,
  onread: { buffer: Buffer.allocUnsafe(READ_SIZE), callback: receive },
});
socket.on('error', () => {});
socket.once('close', () => process.exit(1));
socket.once('connect', () => {
  setInterval(tick, PERIOD_MS);
  process.send?.('ready');
});
process.on('message', (message) => {
  if (message === 'begin') begin();
  else isEnding = true;
});
process.on('disconnect', () => process.exit());

function begin(): void {
  sent = 0;
  answered = 0;
  isMeasuring = true;
}

function tick(): void {
  if (!isMeasuring) return;
  if (isEnding || sent === SAMPLES_MAX) {
    if (answered === sent) finish();
    return;
  }
  serverWaitedMs[sent] = serverWaitMs();
  ownWaitedMs[sent] = waitMs(own);
  sentMs[sent++] = performance.now();
  socket.write(command);
}

function receive(size: number, buffer: Uint8Array): boolean {
  const nowMs = performance.now();
  const serverMs = serverWaitMs();
  const ownMs = waitMs(own);
  for (let i = 0; i < size; i++) {
    const byte = buffer[i];
    if (byte === COLON) value = 0;
    else if (byte >= 48 && byte <= 57) value = value * 10 + byte - 48;
    if (byte !== LF) continue;
    tookMs[answered] = nowMs - sentMs[answered];
    serverWaitedMs[answered] = serverMs - serverWaitedMs[answered];
    ownWaitedMs[answered] = ownMs - ownWaitedMs[answered];
    values[answered++] = value;
  }
  return true;
}

function finish(): void {
  isMeasuring = false;
  isEnding = false;
  const originMs = performance.timeOrigin;
  process.send?.({
    sentMs: sentMs.slice(0, sent).map((ms) => ms + originMs),
    tookMs: tookMs.slice(0, sent),
    // The two may wait at the same time, so their sum would be too much.
    waitedMs: ownWaitedMs.slice(0, sent).map((ms, index) => Math.max(ms, serverWaitedMs[index], 0)),
    values: values.slice(0, sent),
  });
}

/**
 * Grows while the server's main thread could run but has no processor. What the server's other
 * threads run, garbage collection above all, is the server's own doing and taken off.
 */
function serverWaitMs(): number {
  let helpersRan = 0;
  for (const helper of serverHelpers) {
    read(helper);
    helpersRan += helper.ran;
  }
  return waitMs(serverMain) - helpersRan / NS_PER_MS;
}

function waitMs(schedule: Schedule | null): number {
  if (schedule === null) return 0;
  read(schedule);
  return schedule.waited / NS_PER_MS;
}

function read(schedule: Schedule): void {
  const size = readText(schedule.file);
  let at = 0;
  schedule.ran = 0;
  schedule.waited = 0;
  while (at < size && text[at] !== 32) schedule.ran = schedule.ran * 10 + text[at++] - 48;
  for (at++; at < size && text[at] !== 32; at++) {
    schedule.waited = schedule.waited * 10 + text[at] - 48;
  }
}

function readText(file: number): number {
  try {
    return readSync(file, text, 0, text.length, 0);
  } catch {
    // The server is gone.
    process.exit(1);
  }
}

function openSchedule(path: string): Schedule | null {
  try {
    return { file: openSync(path, 'r'), ran: 0, waited: 0 };
  } catch {
    return null;
  }
}

function openHelpers(): Schedule[] {
  if (serverMain === null) return [];
  return readdirSync(`/proc/${serverPid}/task`)
    .filter((id) => id !== String(serverPid))
    .map((id) => openSchedule(`/proc/${serverPid}/task/${id}/schedstat`))
    .filter((schedule) => schedule !== null);
}

function raisePriority(): void {
  try {
    os.setPriority(NICE);
  } catch {
    // Without the right to it, the figures of an idle server show how late this process is.
  }
}
