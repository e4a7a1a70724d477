// A server with a journal on a disk in memory. Its bases are commands: SET of all strings.
//
//   const world = new JournalWorld({ appendfsync: 'always' });
//   world.call('SET k v');               // the reply, or '' while it waits for the disk
//   world.clock.advance(1);              // what was appended is written and synced
//   world.incr();                        // what the last increment has: ['SELECT 0', 'SET k v']
import assert from 'node:assert/strict';
import { readerFor } from '../../src/adapters/aof/text-reader.ts';
import { CREATE, DiskError, writeAll } from '../../src/engine/disk.ts';
import type { GroupChecksums } from '../../src/engine/journal/checksums.ts';
import { type JournalDirectory, journalDirectory } from '../../src/engine/journal/directory.ts';
import { JournalLoader } from '../../src/engine/journal/loader.ts';
import type { BaseMaker, BaseMaking } from '../../src/engine/journal/rewrite.ts';
import { prepareJournal } from '../../src/engine/journal/start.ts';
import {
  claimDirectory,
  type JournalStore,
  type LineWriter,
} from '../../src/engine/journal/store.ts';
import type { Session } from '../../src/engine/session.ts';
import { call, connect, makeServer, type RecordedOutput, type TestServer } from './clock.ts';
import { ForgetfulDisk } from './disk.ts';
import { encodeCommand, parseReply, ReplyReader } from './resp.ts';

const DIRECTORY = './appendonlydir';
const NAME = 'appendonly.aof';

/** A base without keys. */
const EMPTY_BASE = Buffer.from('*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n', 'latin1');

export class JournalWorld {
  readonly disk: ForgetfulDisk;
  readonly made: TestServer;
  private readonly reader: Session;
  /** Increments are lines of text. */
  lines: LineWriter | null = null;
  /** Its groups have checksums. */
  checksums: GroupChecksums | null = null;
  /** Why the directory cannot be locked, or ''. */
  lockProblem = '';
  /** Bases wait for finishBase(). */
  holdsBases = false;
  private bases: ((problem: DiskError | null) => void)[] = [];

  /** With a server that is there already `config` says nothing. */
  constructor(
    config: Readonly<Record<string, string>> = {},
    disk = new ForgetfulDisk(),
    made = makeServer({ 'aof-use-rdb-preamble': 'no', ...config }),
  ) {
    this.disk = disk;
    this.made = made;
    this.reader = connect(made.server).session;
  }

  get clock(): TestServer['clock'] {
    return this.made.clock;
  }

  get output(): RecordedOutput {
    return this.made.output;
  }

  /** Loads what is there, or begins anew, and appends from here on. */
  start(): this {
    const { disk, made } = this;
    const { server, settings, log } = made;
    const directory = journalDirectory(settings, disk);
    const store = this.store();
    claimDirectory(store, directory, (problem) => assert.equal(problem, ''));
    const parts = { disk, settings, log, store, emptyBase: () => EMPTY_BASE };
    assert.equal(prepareJournal(parts, directory), null);
    this.load(directory);
    server.journal.use(store);
    server.journal.open(directory);
    return this;
  }

  store(): JournalStore {
    const { disk, lines } = this;
    const lock: JournalStore['lock'] = (_path, done) => done(this.lockProblem);
    const { checksums } = this;
    return { disk, bases: this.makeBases(), lines, checksums, lock, reload: () => '' };
  }

  load(directory: JournalDirectory): JournalLoader {
    const { disk, made } = this;
    const { server, session } = made;
    directory.read();
    server.isLoadingJournal = true;
    server.keyspace.dueMs = 0;
    const loader = new JournalLoader({
      disk,
      log: made.log,
      directory,
      context: server.context,
      session,
      monotonicUs: () => made.clock.monotonicUs(),
      cutsTail: made.settings.flag('aof-load-truncated'),
      makeReader: readerFor,
      loadSnapshot: () => assert.fail('no RDB here'),
      checker: 'redstart check-aof',
    });
    while (!loader.run(made.clock.monotonicUs()));
    session.databaseIndex = 0;
    server.isLoadingJournal = false;
    server.keyspace.dueMs = made.clock.nowMs();
    return loader;
  }

  call(line: string | readonly string[]): string {
    return call(this.made.server, this.made.session, line);
  }

  /** The last base waits no longer. */
  finishBase(problem: DiskError | null = null): void {
    this.bases.shift()?.(problem);
  }

  /** What the last increment holds, a command a line. */
  incr(): string[] {
    const directory = journalDirectory(this.made.settings, this.disk);
    directory.read();
    const name = directory.manifest.increments.at(-1)?.name ?? '';
    return commandsOf(this.disk.text(`${DIRECTORY}/${name}`));
  }

  /** The manifest, a line a file, without what does not change. */
  files(): string[] {
    const text = this.disk.text(`${DIRECTORY}/${NAME}.manifest`);
    return text
      .trim()
      .split('\n')
      .map((line) => line.replace(/^file appendonly.aof.(\S+) seq \d+ type (\w)$/, '$2 $1'));
  }

  /** Strings of a database, whatever the server denies, by a session of its own. */
  data(database = 0): Record<string, string> {
    const { server } = this.made;
    const { denied } = server;
    const found: Record<string, string> = {};
    server.denied = 0;
    this.reader.databaseIndex = database;
    for (const key of itemsOf(call(server, this.reader, 'KEYS *')).sort()) {
      found[key] = itemsOf(call(server, this.reader, ['MGET', key]))[0];
    }
    server.denied = denied;
    return found;
  }

  makeBases(): BaseMaker {
    const begin = (
      path: string,
      _isSnapshot: boolean,
      done: (problem: DiskError | null) => void,
    ): BaseMaking => {
      const { disk } = this;
      const lines = this.made.server.keyspace.databases.flatMap(({ dict }, index) => {
        if (dict.count === 0 && index > 0) return [];
        const data = Object.entries(this.data(index)).map(([key, value]) => ['SET', key, value]);
        return [['SELECT', String(index)], ...data];
      });
      const text = lines.map(respOf).join('');
      const bytes = Buffer.from(text, 'latin1');
      const file = disk.open(path, CREATE);
      let isCancelled = false;
      const end = (problem: DiskError | null): void => {
        if (!isCancelled) done(problem);
      };
      try {
        writeAll(file, bytes, 0, bytes.length);
        file.syncNow();
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        this.clock.schedule(0, () => end(error));
        return { cancel: () => {} };
      }
      if (this.holdsBases) this.bases.push(end);
      else this.clock.schedule(0, () => end(null));
      return {
        cancel: () => {
          isCancelled = true;
        },
      };
    };
    return { begin };
  }
}

/** A command in RESP, as text. */
export function respOf(words: readonly string[]): string {
  return encodeCommand(words).toString('latin1');
}

/** Commands in RESP, and notes, a line each. */
function commandsOf(text: string): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '') {
    if (rest.startsWith('#')) {
      const end = rest.indexOf('\r\n') + 2;
      lines.push(rest.slice(0, end).trim());
      rest = rest.slice(end);
      continue;
    }
    const reader = new ReplyReader();
    reader.push(Buffer.from(rest, 'latin1'));
    const raw = reader.next();
    if (raw === null) return [...lines, `? ${rest}`];
    lines.push(itemsOf(raw).join(' '));
    rest = Buffer.from(reader.rest()).toString('latin1');
  }
  return lines;
}

function itemsOf(reply: Parameters<typeof parseReply>[0] | string): string[] {
  if (typeof reply === 'string') {
    const reader = new ReplyReader();
    reader.push(Buffer.from(reply, 'latin1'));
    const raw = reader.next();
    return raw === null ? [] : itemsOf(raw);
  }
  return parseReply(reply).items.map(({ text }) => text);
}
