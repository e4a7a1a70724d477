// The directory of the journal: its files by their names, and the manifest that says which of them
// count.
//
// A manifest is replaced in one step: written to another name, synced, renamed, and the directory
// synced. Until that last sync has succeeded nobody knows which of the two a crash would leave: the
// directory is in doubt, and no file is removed that either of them lists.
//
// Invariant: `text` is the manifest as it was read or written last. If the file says something
// else, another server works here, and this one changes nothing.
import { latin1Bytes, latin1Text } from '../../domain/bytes/ascii.ts';
import {
  CREATE,
  closeQuietly,
  type Disk,
  DiskError,
  type DiskFile,
  READ,
  writeAll,
} from '../disk.ts';
import type { Settings } from '../settings/settings.ts';
import { type Manifest, manifestText, NO_PARTS, type Part, parseManifest } from './manifest.ts';

/** Names that begin so are nobody's: they are left from something that did not end. */
const TEMPORARY = 'temp-';
const BASE = 'base';
const INCREMENT = 'incr';
/** Whose journal it is listens there: see infrastructure/lock.ts. */
const LOCK = '.lock';
const MANIFEST = '.manifest';
/** An empty manifest is what is left of one that was lost. */
const NOTHING_LISTED = '# no files yet\n';

export class JournalDirectory {
  readonly path: string;
  /** `appendonly.aof`: what names begin with. */
  readonly name: string;
  manifest: Manifest = NO_PARTS;
  /** Manifests of which a crash leaves one: two, where the last one may not last. */
  private candidates: readonly Manifest[] = [];
  private readonly disk: Disk;
  private text = '';

  constructor(disk: Disk, path: string, name: string) {
    this.disk = disk;
    this.path = path;
    this.name = name;
  }

  get manifestPath(): string {
    return this.pathOf(this.name + MANIFEST);
  }

  /** Locked by whose journal it is: other servers may have others in this directory. */
  get lockPath(): string {
    return this.pathOf(this.name + LOCK);
  }

  pathOf(name: string): string {
    return `${this.path}/${name}`;
  }

  /** The path under which something is made that has no name yet. */
  temporaryOf(name: string): string {
    return this.pathOf(TEMPORARY + name);
  }

  /** How large a file is; 0 where the disk does not say. */
  sizeOf({ name }: Part): number {
    let file: DiskFile | null = null;
    try {
      file = this.disk.open(this.pathOf(name), READ);
      return file.size();
    } catch (error) {
      if (error instanceof DiskError) return 0;
      throw error;
    } finally {
      closeQuietly(file);
    }
  }

  get hasManifest(): boolean {
    return this.disk.has(this.manifestPath);
  }

  /** Bytes of all files that are listed, but of the one that is appended to. */
  get settledSize(): number {
    const { base, increments } = this.manifest;
    let size = base === null ? 0 : this.sizeOf(base);
    for (const part of increments.slice(0, -1)) size += this.sizeOf(part);
    return size;
  }

  /** Names of files of this journal, listed or not. */
  ownNames(): string[] {
    const names = this.disk.list(this.path) ?? [];
    const isOther = (name: string): boolean => name.endsWith(MANIFEST) || name.endsWith(LOCK);
    return names.filter((name) => name.startsWith(`${this.name}.`) && !isOther(name));
  }

  /** Reads the manifest. Throws DiskError and ManifestError. */
  read(): void {
    this.text = readText(this.disk, this.manifestPath);
    this.manifest = parseManifest(this.text);
    this.candidates = [this.manifest];
  }

  /** May a crash bring the former manifest back? */
  get isInDoubt(): boolean {
    return this.candidates.length > 1;
  }

  /** May a start need a file? */
  mayNeed({ name }: Part): boolean {
    return this.candidates.some(
      ({ base, increments }) =>
        base?.name === name || increments.some((increment) => increment.name === name),
    );
  }

  /** The base that comes next. */
  nextBase(isSnapshot: boolean): Part {
    const { base, history } = this.manifest;
    const listed = base === null ? history : [base, ...history];
    const sequence = this.numberAbove(BASE, listed);
    const suffix = isSnapshot ? 'rdb' : 'aof';
    return { name: `${this.name}.${sequence}.${BASE}.${suffix}`, sequence };
  }

  /** The increment that comes next. */
  nextIncrement(): Part {
    const { increments, history } = this.manifest;
    const sequence = this.numberAbove(INCREMENT, [...increments, ...history]);
    return { name: `${this.name}.${sequence}.${INCREMENT}.aof`, sequence };
  }

  /** Puts a manifest in the place of the present one. Throws DiskError. */
  write(manifest: Manifest): void {
    const { disk, manifestPath } = this;
    if (this.isInDoubt) this.settle();
    const present = disk.has(manifestPath) ? readText(disk, manifestPath) : '';
    if (present !== this.text) throw new DiskError('ESTALE', CHANGED_BY_OTHERS);
    const text = manifestText(manifest) || NOTHING_LISTED;
    const temporary = this.temporaryOf(`${this.name}.manifest`);
    if (disk.has(temporary)) disk.remove(temporary);
    makeFile(disk, temporary, latin1Bytes(text));
    this.candidates = [this.manifest, manifest];
    disk.rename(temporary, manifestPath);
    this.text = text;
    this.manifest = manifest;
    this.settle();
  }

  /** Makes what was renamed last. Throws DiskError. */
  settle(): void {
    this.disk.syncDirectory(this.path);
    this.candidates = [this.manifest];
  }

  /** Removes the files that nobody needs any more. Returns their names. Throws DiskError. */
  removeHistory(): readonly Part[] {
    const { disk, manifest } = this;
    if (manifest.history.length === 0 || this.isInDoubt) return [];
    for (const { name } of manifest.history) {
      if (disk.has(this.pathOf(name))) disk.remove(this.pathOf(name));
    }
    this.write({ ...manifest, history: [] });
    return manifest.history;
  }

  /** Makes the directory if it is not there. Throws DiskError. */
  ensure(): void {
    const { disk, path } = this;
    if (disk.list(path) === null) disk.makeDirectory(path);
    if (!this.hasManifest) disk.syncDirectory(path.slice(0, Math.max(1, path.lastIndexOf('/'))));
  }

  /**
   * Makes a first base and increment. A crash in the midst leaves a manifest that lists nothing,
   * and so says that nothing is missed. Throws DiskError.
   */
  makeFirst(base: Uint8Array, isSnapshot: boolean, head: Uint8Array): void {
    const { disk, path } = this;
    this.write(NO_PARTS);
    const first = this.nextBase(isSnapshot);
    const increment = this.nextIncrement();
    makeFile(disk, this.pathOf(first.name), base);
    makeFile(disk, this.pathOf(increment.name), head);
    disk.syncDirectory(path);
    this.write({ base: first, history: [], increments: [increment] });
  }

  /** Does the manifest list nothing? */
  get isUnbegun(): boolean {
    const { base, increments } = this.manifest;
    return base === null && increments.length === 0;
  }

  /** Is there nothing in it that could be somebody's data? */
  get isEmpty(): boolean {
    const names = this.disk.list(this.path);
    return names === null || names.every((name) => isTemporary(name));
  }

  private numberAbove(type: string, listed: readonly Part[]): number {
    let last = 0;
    for (const { name, sequence } of listed) {
      if (name.includes(`.${type}.`) || type === BASE) last = Math.max(last, sequence);
    }
    for (const name of this.ownNames()) {
      const [number, found] = name.slice(this.name.length + 1).split('.');
      if (found === type && /^\d{1,15}$/.test(number)) last = Math.max(last, Number(number));
    }
    return last + 1;
  }
}

function isTemporary(name: string): boolean {
  return name.startsWith(TEMPORARY) || name.endsWith(LOCK);
}

/** The directory of the journal as the settings name it. */
export function journalDirectory(settings: Settings, disk: Disk): JournalDirectory {
  const path = `${settings.text('dir')}/${settings.text('appenddirname')}`;
  return new JournalDirectory(disk, path, settings.text('appendfilename'));
}

/** The lock of the journal to which a file belongs: its manifest, or one that that lists. */
export function lockPathOf(path: string): string {
  return path.replace(/\.manifest$|\.\d+\.(base|incr)\.(aof|rdb)$/, '') + LOCK;
}

/** No RDB file is empty. A base of commands is, where there was no data: Redis makes such. */
export function isLostBase(name: string, size: number): boolean {
  return size === 0 && name.endsWith('.rdb');
}

/** Makes a file with these bytes, which last when this returns. Throws DiskError. */
export function makeFile(disk: Disk, path: string, bytes: Uint8Array): void {
  const file = disk.open(path, CREATE);
  try {
    writeAll(file, bytes, 0, bytes.length);
    file.syncNow();
  } finally {
    file.close();
  }
}

/** A whole file, which is small, as latin1. Throws DiskError. */
function readText(disk: Disk, path: string): string {
  const file = disk.open(path, READ);
  try {
    const bytes = new Uint8Array(file.size());
    return latin1Text(bytes, 0, file.read(bytes, 0, bytes.length, 0));
  } finally {
    file.close();
  }
}

const CHANGED_BY_OTHERS = 'The manifest is not the one that this server wrote';
