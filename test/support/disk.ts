// A disk in memory that forgets: it knows of each file and each directory what was synced and what
// was not, and what a loss of power may leave of them. It fails where it is told to.
//
//   const disk = new ForgetfulDisk();
//   disk.failAt = { call: 7, code: 'ENOSPC' };     // the eighth call from the beginning
//   disk.crash(random)                             // what is left: one of many possibilities
//
// Of what was not synced of a file a crash leaves a prefix, or, with `tears`, some of its blocks
// and zeros in place of the others. Of names that were made, renamed and removed since their
// directory was synced, the first few. A sync that failed has lost what it was to make last:
// later ones do not bring it back.
import {
  CREATE,
  type Disk,
  DiskError,
  type DiskFile,
  type OpenMode,
  READ,
} from '../../src/engine/disk.ts';
import type { SeededRandom } from './random.ts';

const BLOCK_SIZE = 16;

interface Inode {
  bytes: Uint8Array;
  /** So many of them last. */
  syncedSize: number;
  /** What was not synced when a sync failed never will be. */
  isLost: boolean;
}

interface Change {
  /** Null: the name goes. */
  readonly inode: Inode | Directory | null;
  readonly name: string;
  /** A name that goes at the same moment: that of what was renamed. */
  readonly former: string | null;
}

class Directory {
  readonly names = new Map<string, Inode | Directory>();
  readonly lasting = new Map<string, Inode | Directory>();
  changes: Change[] = [];
}

interface Failure {
  /** Counted from the disk's beginning, 0 is the first. */
  readonly call: number;
  readonly code: string;
  /** For how many calls from there on. */
  readonly times?: number;
  /** Only of calls of this name. */
  readonly only?: string;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'No space left on device',
  EIO: 'Input/output error',
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  ENOTEMPTY: 'Directory not empty',
};

export class ForgetfulDisk implements Disk {
  failAt: Failure | null = null;
  /** A write takes at most so many bytes. */
  writeSizeMax = Number.POSITIVE_INFINITY;
  /** Calls so far, with their names. */
  readonly calls: string[] = [];
  /** Syncs wait for finishSync(); else they are done when they are called. */
  holdsSyncs = false;
  private readonly root: Directory;
  private waiting: (() => void)[] = [];
  private isDead = false;

  constructor(root = new Directory()) {
    this.root = root;
  }

  /** Syncs that wait. */
  get syncsCount(): number {
    return this.waiting.length;
  }

  /** Ends the oldest sync. */
  finishSync(): void {
    this.waiting.shift()?.();
  }

  open(path: string, mode: OpenMode): DiskFile {
    this.call('open', path);
    const { directory, name } = this.locate(path);
    let inode = directory.names.get(name);
    if (inode instanceof Directory) throw failure('EISDIR');
    if (mode === CREATE && inode !== undefined) throw failure('EEXIST');
    if (mode === READ && inode === undefined) throw failure('ENOENT');
    if (inode === undefined) {
      inode = { bytes: new Uint8Array(0), syncedSize: 0, isLost: false };
      this.change(directory, name, inode);
    }
    return new ForgetfulFile(this, path, inode);
  }

  has(path: string): boolean {
    try {
      const { directory, name } = this.locate(path);
      return directory.names.has(name);
    } catch {
      return false;
    }
  }

  list(path: string): string[] | null {
    this.call('list', path);
    const found = this.find(path);
    return found instanceof Directory ? [...found.names.keys()] : null;
  }

  makeDirectory(path: string): void {
    this.call('makeDirectory', path);
    const { directory, name } = this.locate(path);
    if (directory.names.has(name)) throw failure('EEXIST');
    this.change(directory, name, new Directory());
  }

  rename(from: string, to: string): void {
    this.call('rename', `${from} ${to}`);
    const source = this.locate(from);
    const target = this.locate(to);
    const inode = source.directory.names.get(source.name);
    if (inode === undefined) throw failure('ENOENT');
    const replaced = target.directory.names.get(target.name);
    if (replaced instanceof Directory && replaced.names.size > 0) throw failure('ENOTEMPTY');
    if (source.directory === target.directory) {
      source.directory.names.delete(source.name);
      this.change(target.directory, target.name, inode, source.name);
    } else {
      this.change(target.directory, target.name, inode);
      this.change(source.directory, source.name, null);
    }
  }

  remove(path: string): void {
    this.call('remove', path);
    const { directory, name } = this.locate(path);
    if (!directory.names.has(name)) throw failure('ENOENT');
    this.change(directory, name, null);
  }

  removeDirectory(path: string): void {
    this.call('removeDirectory', path);
    const found = this.find(path);
    if (!(found instanceof Directory)) throw failure('ENOENT');
    if (found.names.size > 0) throw failure('ENOTEMPTY');
    const { directory, name } = this.locate(path);
    this.change(directory, name, null);
  }

  syncDirectory(path: string): void {
    this.call('syncDirectory', path);
    const found = this.find(path);
    if (!(found instanceof Directory)) throw failure('ENOENT');
    apply(found, found.changes.length);
  }

  /** The disk as a loss of power may leave it. This one takes no call any more. */
  crash(random: SeededRandom, tears = false): ForgetfulDisk {
    this.isDead = true;
    return new ForgetfulDisk(survivorsOf(this.root, random, tears));
  }

  /** The disk as the end of the process leaves it. */
  kill(): ForgetfulDisk {
    this.isDead = true;
    return new ForgetfulDisk(this.root);
  }

  /** The disk as it would be if the process ended now; this one goes on. */
  copy(): ForgetfulDisk {
    return new ForgetfulDisk(copyOf(this.root));
  }

  /** The bytes of a file, as text. */
  text(path: string): string {
    const found = this.find(path);
    if (found === undefined || found instanceof Directory) throw failure('ENOENT');
    return Buffer.from(found.bytes).toString('latin1');
  }

  /** Makes a file that lasts. */
  put(path: string, text: string | Uint8Array): void {
    const { directory, name } = this.locate(path);
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    const inode = { bytes: Uint8Array.from(bytes), syncedSize: bytes.length, isLost: false };
    this.change(directory, name, inode);
    apply(directory, directory.changes.length);
  }

  /** A call begins: it fails if it is to. */
  call(name: string, what: string): void {
    if (this.isDead) throw failure('EBADF');
    const call = this.calls.push(`${name} ${what}`) - 1;
    const { failAt } = this;
    if (failAt === null || call < failAt.call || call >= failAt.call + (failAt.times ?? 1)) return;
    if (failAt.only !== undefined && failAt.only !== name) return;
    throw failure(failAt.code);
  }

  wait(work: () => void): void {
    if (this.holdsSyncs) this.waiting.push(work);
    else work();
  }

  private find(path: string): Inode | Directory | undefined {
    if (path === '.' || path === '') return this.root;
    const { directory, name } = this.locate(path);
    return directory.names.get(name);
  }

  private locate(path: string): { directory: Directory; name: string } {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const name = parts.pop() ?? '';
    let directory = this.root;
    for (const part of parts) {
      const next = directory.names.get(part);
      if (!(next instanceof Directory)) throw failure('ENOENT');
      directory = next;
    }
    return { directory, name };
  }

  private change(
    directory: Directory,
    name: string,
    inode: Inode | Directory | null,
    former: string | null = null,
  ): void {
    const change = { name, inode, former };
    applyTo(directory.names, change);
    directory.changes.push(change);
  }
}

class ForgetfulFile implements DiskFile {
  readonly path: string;
  private readonly disk: ForgetfulDisk;
  private readonly inode: Inode;

  constructor(disk: ForgetfulDisk, path: string, inode: Inode) {
    this.disk = disk;
    this.path = path;
    this.inode = inode;
  }

  size(): number {
    this.disk.call('size', this.path);
    return this.inode.bytes.length;
  }

  read(into: Uint8Array, start: number, end: number, position: number): number {
    this.disk.call('read', this.path);
    const part = this.inode.bytes.subarray(position, position + end - start);
    into.set(part, start);
    return part.length;
  }

  write(bytes: Uint8Array, start: number, end: number): number {
    this.disk.call('write', this.path);
    const size = Math.min(end - start, this.disk.writeSizeMax);
    const { inode } = this;
    const { length } = inode.bytes;
    let room = new Uint8Array(inode.bytes.buffer);
    if (room.length < length + size) {
      room = new Uint8Array(2 * (length + size));
      room.set(inode.bytes);
    }
    room.set(bytes.subarray(start, start + size), length);
    inode.bytes = room.subarray(0, length + size);
    return size;
  }

  writeOver(bytes: Uint8Array, position: number): void {
    this.disk.call('writeOver', this.path);
    const { inode } = this;
    if (position + bytes.length > inode.bytes.length) throw failure('EINVAL');
    inode.bytes.set(bytes, position);
    inode.syncedSize = Math.min(inode.syncedSize, position);
  }

  truncate(size: number): void {
    this.disk.call('truncate', this.path);
    this.inode.bytes = this.inode.bytes.slice(0, size);
    this.inode.syncedSize = Math.min(this.inode.syncedSize, size);
  }

  sync(done: (problem: DiskError | null) => void): void {
    const { length } = this.inode.bytes;
    const isFailing = this.trySync();
    this.disk.wait(() => {
      if (isFailing === null) this.synced(length);
      done(isFailing);
    });
  }

  syncNow(): void {
    const problem = this.trySync();
    if (problem !== null) throw problem;
    this.synced(this.inode.bytes.length);
  }

  close(): void {
    this.disk.call('close', this.path);
  }

  private trySync(): DiskError | null {
    try {
      this.disk.call('sync', this.path);
      return null;
    } catch (error) {
      this.inode.isLost = true;
      return error as DiskError;
    }
  }

  private synced(size: number): void {
    const { inode } = this;
    if (inode.isLost) return;
    inode.syncedSize = Math.max(inode.syncedSize, Math.min(size, inode.bytes.length));
  }
}

function failure(code: string): DiskError {
  return new DiskError(code, WORDS[code] ?? code);
}

/** The first `count` changes of a directory last. */
function apply(directory: Directory, count: number): void {
  for (const change of directory.changes.splice(0, count)) applyTo(directory.lasting, change);
}

function applyTo(names: Map<string, Inode | Directory>, { name, inode, former }: Change): void {
  if (former !== null) names.delete(former);
  if (inode === null) names.delete(name);
  else names.set(name, inode);
}

function copyOf(directory: Directory): Directory {
  const copy = new Directory();
  for (const [name, inode] of directory.names) {
    const copied =
      inode instanceof Directory
        ? copyOf(inode)
        : { bytes: inode.bytes.slice(), syncedSize: inode.bytes.length, isLost: false };
    copy.names.set(name, copied);
    copy.lasting.set(name, copied);
  }
  return copy;
}

function survivorsOf(directory: Directory, random: SeededRandom, tears: boolean): Directory {
  const left = new Directory();
  const names = new Map(directory.lasting);
  const count = random.next() % (directory.changes.length + 1);
  for (const change of directory.changes.slice(0, count)) applyTo(names, change);
  for (const [name, inode] of names) {
    const survivor =
      inode instanceof Directory
        ? survivorsOf(inode, random, tears)
        : survivorOf(inode, random, tears);
    left.names.set(name, survivor);
    left.lasting.set(name, survivor);
  }
  return left;
}

function survivorOf(inode: Inode, random: SeededRandom, tears: boolean): Inode {
  const { syncedSize } = inode;
  const size = syncedSize + (random.next() % (inode.bytes.length - syncedSize + 1));
  const bytes = inode.bytes.slice(0, size);
  for (let at = syncedSize; tears && at < size; at += BLOCK_SIZE) {
    if (random.next() % 3 === 0) bytes.fill(0, at, at + BLOCK_SIZE);
  }
  return { bytes, syncedSize: size, isLost: false };
}
