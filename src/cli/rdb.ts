// `--rdb FILE`: asks the server for a dump as a replica does, and keeps it. The dump comes as
// `$<size>` or `$EOF:<mark>` and its bytes; the mark stands behind them again. Line ends before it
// say that the server is still at work.
//
// The file takes its name when the dump is whole.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { pathBytes } from '../infrastructure/files.ts';
import { errorWords } from '../infrastructure/system-error.ts';
import type { Client } from './client.ts';
import type { Connection } from './connection.ts';
import { Progress } from './progress.ts';
import { Failure } from './screen.ts';

const MARK_SIZE = 40;
const HEAD_SIZE_MAX = 4096;
const NEWLINE = 10;
const STDOUT = '-';

export async function runRdb(client: Client): Promise<number> {
  const { screen, options } = client;
  const connection = await client.connected();
  for (const words of ['capa eof', 'rdb-only 1']) {
    const reply = await connection.ask('REPLCONF', ...words.split(' '));
    if (reply.kind === 'error') screen.complain(`REPLCONF ${words} error: ${reply.text}`);
  }
  if (options.wantsFunctions) {
    const reply = await connection.ask('REPLCONF', 'rdb-filter-only', 'functions');
    if (reply.kind === 'error') throw new Failure(`No dump of functions alone: ${reply.text}`);
  }
  const target = new Target(options.rdbFile);
  try {
    const size = await receive(connection, target, options.rdbFile, (line) =>
      screen.complain(line),
    );
    target.finish();
    screen.complain(`Transfer finished with success after ${size} bytes`);
  } catch (error) {
    target.abandon();
    throw error;
  }
  return 0;
}

/** Writes the dump that SYNC brings; resolves to its size. */
function receive(
  connection: Connection,
  target: Target,
  name: string,
  complain: (line: string) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const progress = new Progress();
    let head: Buffer = Buffer.alloc(0);
    let dump: Dump | null = null;
    const take = (chunk: Buffer | null): void => {
      if (chunk === null) throw new Failure('I/O Error reading RDB payload from socket');
      if (dump !== null) return dump.take(chunk);
      head = withoutPings(Buffer.concat([head, chunk]));
      const end = head.indexOf(NEWLINE);
      if (end < 0 && head.length > HEAD_SIZE_MAX) throw new Failure('The reply to SYNC is no dump');
      if (end < 0) return;
      dump = dumpOf(head.toString('latin1', 0, end).trimEnd(), target);
      complain(`SYNC sent to master, writing ${dump.what} to '${name}'`);
      dump.take(head.subarray(end + 1));
    };
    connection.readRaw((chunk) => {
      try {
        take(chunk);
        progress.show(() => `${dump?.size ?? 0} bytes`);
        if (dump?.isWhole !== true) return;
        progress.clear();
        connection.close();
        resolve(dump.size);
      } catch (error) {
        progress.clear();
        reject(error instanceof Failure ? error : new Failure(errorWords(error)));
      }
    });
    connection.write('SYNC\r\n');
  });
}

function withoutPings(head: Buffer): Buffer {
  let start = 0;
  while (start < head.length && head[start] === NEWLINE) start++;
  return head.subarray(start);
}

function dumpOf(head: string, target: Target): Dump {
  if (head.startsWith('-')) throw new Failure(`SYNC with master failed: ${head}`);
  const mark = /^\$EOF:(.{40})$/s.exec(head)?.[1];
  if (mark !== undefined) return new Dump(target, null, Buffer.from(mark, 'latin1'));
  const size = /^\$(\d{1,15})$/.exec(head)?.[1];
  if (size === undefined) throw new Failure('The reply to SYNC is no dump');
  return new Dump(target, Number(size), null);
}

/** A dump on its way: of a known size, or up to a mark. */
class Dump {
  size = 0;
  isWhole = false;
  private readonly target: Target;
  private readonly expected: number | null;
  private readonly mark: Buffer | null;
  /** The last bytes that came: they may be the mark. */
  private kept: Buffer = Buffer.alloc(0);

  constructor(target: Target, expected: number | null, mark: Buffer | null) {
    this.target = target;
    this.expected = expected;
    this.mark = mark;
  }

  get what(): string {
    return this.expected === null
      ? 'bytes of bulk transfer until EOF marker'
      : `${this.expected} bytes`;
  }

  take(chunk: Buffer): void {
    const { expected, mark } = this;
    if (expected !== null) {
      this.write(chunk.subarray(0, expected - this.size));
      this.isWhole = this.size === expected;
      return;
    }
    const bytes = Buffer.concat([this.kept, chunk]);
    const end = Math.max(0, bytes.length - MARK_SIZE);
    this.write(bytes.subarray(0, end));
    this.kept = bytes.subarray(end);
    this.isWhole = mark?.equals(this.kept) === true;
  }

  private write(bytes: Buffer): void {
    this.target.write(bytes);
    this.size += bytes.length;
  }
}

/** Where the dump goes: a file, which gets another name until it is whole, or standard output. */
class Target {
  private readonly path: string;
  private file: number | null = null;

  constructor(path: string) {
    this.path = path;
  }

  write(bytes: Buffer): void {
    if (this.path !== STDOUT) this.file ??= openSync(pathBytes(this.partPath), 'w', 0o644);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file ?? 1, bytes, at);
  }

  finish(): void {
    if (this.file === null) return;
    fsyncSync(this.file);
    closeSync(this.file);
    this.file = null;
    renameSync(pathBytes(this.partPath), pathBytes(this.path));
  }

  abandon(): void {
    if (this.file === null) return;
    closeSync(this.file);
    rmSync(pathBytes(this.partPath), { force: true });
  }

  private get partPath(): string {
    return `${this.path}.part`;
  }
}
