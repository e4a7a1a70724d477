// Loads a journal: the base, then the increments, in steps, so that others are answered meanwhile.
//
// While it loads nothing is due: what expired says so itself, by a DEL that follows. The effects of
// what runs go nowhere, and it counts in no statistics.
//
// What cannot be loaded is refused, with the file and the offset, and nothing on the disk is
// changed, but for one thing: a torn tail of the last file that has bytes is cut off, if
// aof-load-truncated allows that, before anything is appended to it.
import { latin1Text } from '../../domain/bytes/ascii.ts';
import { type Command, type Context, FROM_JOURNAL } from '../command.ts';
import { APPEND, closeQuietly, type Disk, type DiskFile, READ } from '../disk.ts';
import { commandOf } from '../find-command.ts';
import type { DataRefusal } from '../persistence/refusal.ts';
import type { Log } from '../ports.ts';
import { Reply } from '../reply.ts';
import type { Session } from '../session.ts';
import type { ReaderMaker } from './command-reader.ts';
import { isLostBase, type JournalDirectory } from './directory.ts';
import { BROKEN, CHECKING, COMMAND, ENDED, headOf, isSnapshotHead, JournalScan } from './scan.ts';

/** Commands between two looks at the clock. */
const STEP_COMMANDS = 64;

/** Why a journal is not loaded: lines for the log. */
export class JournalRefusal extends Error implements DataRefusal {
  readonly file: string;
  readonly offset: number | null;
  readonly advice: string;

  /** `advice` is the end of the message. */
  constructor(what: string, file: string, offset: number | null, advice: string) {
    super(`${what} ${advice}`);
    this.file = file;
    this.offset = offset;
    this.advice = advice;
  }
}

/** Loads an RDB file, a slice at a time: the base of a journal. */
export interface SnapshotLoading {
  /** Goes on until a moment of the monotonic clock. Is there more? */
  run(endUs: number): boolean;
  /** Why it is refused; ''. */
  readonly problem: string;
  /** Where it has ended. */
  readonly position: number;
}

export interface LoaderParts {
  readonly disk: Disk;
  readonly log: Log;
  readonly directory: JournalDirectory;
  readonly context: Context;
  /** Whose requests the commands are: a session without a connection. */
  readonly session: Session;
  readonly monotonicUs: () => number;
  /** aof-load-truncated. */
  readonly cutsTail: boolean;
  readonly makeReader: ReaderMaker;
  readonly loadSnapshot: (file: DiskFile) => SnapshotLoading;
  /** How an operator looks closer: the name of the program that checks. */
  readonly checker: string;
}

interface LoadedFile {
  readonly name: string;
  readonly isBase: boolean;
}

export class JournalLoader {
  /** Bytes of all files, and of those the ones that were loaded. */
  totalSize = 0;
  position = 0;
  /** No file says what its server used. */
  readonly usedMemory = 0;
  /** Commands that answered with an error. */
  failuresCount = 0;
  private readonly parts: LoaderParts;
  private readonly files: LoadedFile[];
  private readonly sizes: number[] = [];
  private index = -1;
  private file: DiskFile | null = null;
  private snapshot: SnapshotLoading | null = null;
  private scan: JournalScan | null = null;
  private startUs = 0;
  private doneSize = 0;
  private readonly reply = new Reply();

  /** Throws JournalRefusal and DiskError. */
  constructor(parts: LoaderParts) {
    this.parts = parts;
    const { base, increments } = parts.directory.manifest;
    this.files = increments.map(({ name }) => ({ name, isBase: false }));
    if (base !== null) this.files.unshift({ name: base.name, isBase: true });
    for (const { name, isBase } of this.files) {
      const size = this.sizeOf(name);
      if (isBase && isLostBase(name, size)) throw emptyBase(this.pathOf(name));
      this.sizes.push(size);
      this.totalSize += size;
    }
  }

  /** Loads until that moment of the monotonic clock. Is everything loaded? */
  run(untilUs: number): boolean {
    const { context } = this.parts;
    const { session, database, origin } = context;
    try {
      return this.load(untilUs);
    } finally {
      context.session = session;
      context.database = database;
      context.origin = origin;
    }
  }

  private load(untilUs: number): boolean {
    const { monotonicUs } = this.parts;
    do {
      if (this.scan !== null) this.runCommands(this.scan);
      else if (this.snapshot !== null) this.loadSnapshot(this.snapshot, untilUs);
      else if (!this.openNext()) return true;
    } while (monotonicUs() < untilUs);
    return false;
  }

  get keysLoaded(): number {
    let count = 0;
    for (const { dict } of this.parts.context.keyspace.databases) count += dict.count;
    return count;
  }

  /** Nothing more is loaded. */
  close(): void {
    closeQuietly(this.file);
    this.file = null;
  }

  private pathOf(name: string): string {
    return this.parts.directory.pathOf(name);
  }

  private sizeOf(name: string): number {
    const { disk } = this.parts;
    const path = this.pathOf(name);
    if (!disk.has(path)) {
      throw new JournalRefusal(
        `The append log file ${path} doesn't exist: No such file or directory.`,
        path,
        null,
        `Restore it from a backup: what ${this.parts.directory.manifestPath} lists belongs ` +
          'together.',
      );
    }
    const file = disk.open(path, READ);
    try {
      return file.size();
    } finally {
      file.close();
    }
  }

  /** Begins the next file. Is there one? */
  private openNext(): boolean {
    const { disk, session, monotonicUs } = this.parts;
    if (++this.index === this.files.length) return false;
    const { name, isBase } = this.files[this.index];
    this.startUs = monotonicUs();
    const file = disk.open(this.pathOf(name), READ);
    this.file = file;
    session.databaseIndex = 0;
    const head = headOf(file);
    if (!isSnapshotHead(head)) {
      this.scan = new JournalScan(file, 0, this.parts.makeReader(head));
      return true;
    }
    const what =
      isBase && name.endsWith('.rdb')
        ? 'RDB base file on AOF loading'
        : 'RDB preamble from AOF file';
    this.parts.log.write('notice', `Reading ${what}...`);
    this.snapshot = this.parts.loadSnapshot(file);
    return true;
  }

  private loadSnapshot(snapshot: SnapshotLoading, untilUs: number): void {
    const hasMore = snapshot.run(untilUs);
    this.position = this.doneSize + snapshot.position;
    if (snapshot.problem !== '') {
      throw new JournalRefusal(
        `The RDB part of ${this.presentPath} is refused: ${snapshot.problem}.`,
        this.presentPath,
        snapshot.position,
        this.restoring,
      );
    }
    if (hasMore || this.file === null) return;
    this.snapshot = null;
    this.scan = new JournalScan(this.file, snapshot.position, this.parts.makeReader(''));
  }

  private runCommands(scan: JournalScan): void {
    for (let i = 0; i < STEP_COMMANDS; i++) {
      const found = scan.next();
      if (found === CHECKING) break;
      if (found !== COMMAND) return this.endFile(scan, found);
      this.execute(scan);
    }
    this.position = this.doneSize + scan.offset;
  }

  private execute(scan: JournalScan): void {
    const { context, session } = this.parts;
    const { request } = scan;
    const command = commandOf(context.server.commands, request);
    if (command === null || !command.acceptsCount(request.count)) this.refuseCommand(scan, command);
    else {
      const { reply } = this;
      context.session = session;
      context.database = context.keyspace.databases[session.databaseIndex];
      context.origin = FROM_JOURNAL;
      command.run(context, request, reply);
      if (reply.failure !== null) this.noticeFailure(scan, command, reply.failure);
      reply.failure = null;
      reply.clear();
    }
  }

  /** Redis never writes what fails; here and there the data is another one than it was. */
  private noticeFailure(scan: JournalScan, command: Command, failure: string): void {
    if (this.failuresCount++ > 0) return;
    this.parts.log.write(
      'warning',
      `'${command.fullName}' at offset ${scan.offset} of ${this.presentPath} failed: ${failure}`,
    );
  }

  private get presentPath(): string {
    return this.pathOf(this.files[this.index].name);
  }

  private endFile(scan: JournalScan, found: number): void {
    const { name, isBase } = this.files[this.index];
    if (found === BROKEN) throw this.badFormat(scan);
    if (found !== ENDED) this.cutTail(scan);
    this.close();
    this.scan = null;
    this.doneSize += scan.size;
    this.position = this.doneSize;
    const seconds = ((this.parts.monotonicUs() - this.startUs) / 1e6).toFixed(3);
    if (scan.size === 0) return;
    const kind = isBase ? 'base' : 'incr';
    this.parts.log.write('notice', `DB loaded from ${kind} file ${name}: ${seconds} seconds`);
  }

  private cutTail(scan: JournalScan): void {
    const { cutsTail, disk, log } = this.parts;
    const path = this.presentPath;
    if (!this.sizes.slice(this.index + 1).every((size) => size === 0)) {
      throw new JournalRefusal(
        `Fatal error: the truncated file is not the last file: ${path} ends at offset ` +
          `${scan.size} within a command that begins at offset ${scan.offset}.`,
        path,
        scan.offset,
        this.restoring,
      );
    }
    if (!cutsTail) throw this.unexpectedEnd(scan);
    log.write('warning', `!!! Warning: short read while loading the AOF file ${path}!!!`);
    log.write('warning', `!!! Truncating the AOF ${path} at offset ${scan.offset} !!!`);
    const file = disk.open(path, APPEND);
    try {
      file.truncate(scan.offset);
      file.syncNow();
    } finally {
      closeQuietly(file);
    }
    log.write('warning', `AOF ${path} loaded anyway because aof-load-truncated is enabled`);
  }

  private refuseCommand({ request, offset }: JournalScan, command: Command | null): never {
    const name = latin1Text(request.buffer, request.starts[0], request.ends[0]).slice(0, 128);
    const what = command === null ? 'Unknown command' : 'Wrong number of arguments for';
    throw new JournalRefusal(
      `${what} '${name}' reading the append only file ${this.presentPath} at offset ${offset}.`,
      this.presentPath,
      offset,
      'If another version, or a module, wrote it, load the file there, and rewrite it with ' +
        'BGREWRITEAOF. If it is damaged, restore it from a backup.',
    );
  }

  private badFormat({ offset, problem }: JournalScan): JournalRefusal {
    const { checker, directory } = this.parts;
    const path = this.presentPath;
    return new JournalRefusal(
      `Bad file format reading the append only file ${path} at offset ${offset}: ${problem}.`,
      path,
      offset,
      `Make a backup of your AOF file, then use ${checker} ${directory.manifestPath} to see what ` +
        'is intact.',
    );
  }

  /** What to do about a file that others build on. */
  private get restoring(): string {
    const { checker, directory } = this.parts;
    return (
      `Restore it from a backup; ${checker} ${directory.manifestPath} says what is intact. ` +
      'Nothing was changed.'
    );
  }

  private unexpectedEnd({ offset }: JournalScan): JournalRefusal {
    const { checker, directory } = this.parts;
    return new JournalRefusal(
      `Unexpected end of file reading the append only file ${this.presentPath}: the unit that ` +
        `begins at offset ${offset} is not whole.`,
      this.presentPath,
      offset,
      `You can: 1) Make a backup of your AOF file, then use ${checker} --fix ` +
        `${directory.manifestPath}. 2) Alternatively you can set the 'aof-load-truncated' ` +
        'configuration option to yes and restart the server.',
    );
  }
}

function emptyBase(path: string): JournalRefusal {
  return new JournalRefusal(
    `The base file ${path} is empty: what it held is lost.`,
    path,
    0,
    'Restore it from a backup, or, if there never was data, remove the directory.',
  );
}
