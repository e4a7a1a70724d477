// Reads an RDB file into the keyspace, a slice at a time: a dump at the start, the base of an
// append-only file, DEBUG RELOAD. Nobody is told of what is loaded, and nothing counts as a change.
//
// Entries are made as they come and enter their dict some at a time, so that the processor waits
// for the places of all of them at once.

import { ZERO } from '../../domain/doubles.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import { EVENT_OVERWRITTEN } from '../../domain/keyspace/events.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { addLoaded, findLoaded } from '../../domain/keyspace/loaded.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { DiskError, type DiskFile } from '../disk.ts';
import type { Clock, Host, Log } from '../ports.ts';
import type { Functions } from '../scripting/functions.ts';
import type { Settings } from '../settings/settings.ts';
import {
  DATABASE,
  EMPTY,
  ENDED,
  ENTRY,
  FACT,
  FAILED,
  LIBRARY,
  MODULE_DATA,
  NOT_GIVEN,
  type RdbFormat,
  type RdbReading,
} from './rdb-format.ts';
import { setUsage } from './usage.ts';

/** Entries that enter their dict together. */
const BATCH = 16;
/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 16;
/** Empty collections that the log names. */
const EMPTY_NAMED_MAX = 10;
const BYTES_PER_MEBIBYTE = 2 ** 20;

/** What of the server is needed here. */
export interface LoadingParts {
  readonly keyspace: Keyspace;
  readonly clock: Clock;
  readonly host: Pick<Host, 'sleep'>;
  readonly log: Log;
  readonly settings: Settings;
  readonly rdbFormat: RdbFormat;
  /** Is the checksum of files looked at? DEBUG may switch that off. */
  readonly checksChecksum: boolean;
  readonly scripting: { readonly functions: Pick<Functions, 'load'> };
}

export interface LoadingOptions {
  /** Keys that are due are kept: an append-only file says itself when they go. */
  readonly keepsDue: boolean;
  /** A key or a library that is there already is replaced; else the file is refused. */
  readonly replaces: boolean;
}

/** What came of the entries of a file. */
export class LoadedKeys {
  loaded = 0;
  expired = 0;
  empty = 0;
}

export class Loading {
  /** Why it has failed; '' while it has not. */
  problem = '';
  readonly keys = new LoadedKeys();
  /** Bytes of the file. */
  readonly totalSize: number;
  /** What the server used that wrote the file, as that says. */
  usedMemory = 0;
  /** Where the file has ended, or where it is damaged. */
  position = ZERO;
  private readonly parts: LoadingParts;
  private readonly options: LoadingOptions;
  private readonly reading: RdbReading;
  private readonly nowMs: number;
  private readonly delayUs: number;
  private isOver = false;
  // The batch.
  private database: Database;
  private count = 0;
  private readonly refs = new Int32Array(BATCH);
  private readonly hashes = new Int32Array(BATCH);
  private readonly deadlines = new Float64Array(BATCH);
  private readonly fieldDeadlines = new Float64Array(BATCH);

  /** The caller closes the file. DiskError if that does not even say its size. */
  constructor(parts: LoadingParts, file: DiskFile, options: LoadingOptions) {
    const { keyspace, settings, clock } = parts;
    this.parts = parts;
    this.options = options;
    this.totalSize = file.size();
    const checks = parts.checksChecksum && settings.flag('rdbchecksum');
    this.reading = parts.rdbFormat.reading(file, checks);
    this.nowMs = clock.nowMs();
    this.delayUs = settings.integer('key-load-delay');
    this.database = keyspace.databases[0];
  }

  /** Where that begins which cannot be read. */
  get problemOffset(): number {
    return this.reading.itemPosition;
  }

  get keysLoaded(): number {
    return this.keys.loaded;
  }

  /** Goes on until a moment of the monotonic clock. Is there more? Else see `problem`. */
  run(endUs: number): boolean {
    const { clock } = this.parts;
    while (!this.isOver) {
      for (let i = 0; i < STEPS_PER_LOOK && !this.isOver; i++) this.step();
      if (clock.monotonicUs() >= endUs) break;
    }
    return !this.isOver;
  }

  private step(): void {
    const { reading } = this;
    if (this.parts.keyspace.arena.isNearlyFull) return this.fail('the memory for data is used up');
    try {
      const outcome = reading.step();
      this.position = reading.position;
      if (outcome === ENTRY) this.takeEntry();
      else if (outcome === ENDED) this.end();
      else if (outcome === FAILED) this.fail(this.readingProblem());
      else this.takeOther(outcome);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.fail(`it cannot be read: ${error.message}`);
    }
  }

  private takeEntry(): void {
    const { reading, options } = this;
    const { keyspace, host } = this.parts;
    const { deadlineMs } = reading;
    if (!options.keepsDue && deadlineMs !== NOT_GIVEN && deadlineMs < this.nowMs) {
      reading.drop();
      this.keys.expired++;
      return;
    }
    const { count } = this;
    this.fieldDeadlines[count] = reading.fieldsMs;
    const ref = reading.make();
    setUsage(keyspace, ref, reading.idleSeconds, reading.frequency);
    this.refs[count] = ref;
    this.hashes[count] = keyspace.keys.hash(reading.bytes, reading.start, reading.end);
    this.deadlines[count] = deadlineMs;
    this.count++;
    if (this.count === BATCH) this.insert();
    if (this.delayUs > 0) host.sleep(this.delayUs);
  }

  private takeOther(outcome: number): void {
    const { reading } = this;
    const { keyspace, log } = this.parts;
    if (outcome === DATABASE) {
      this.insert();
      this.database = keyspace.databases[reading.databaseIndex];
    } else if (outcome === FACT) {
      this.takeFact(reading.name, reading.text);
    } else if (outcome === LIBRARY) {
      this.takeLibrary(reading.bytes.slice(reading.start, reading.end));
    } else if (outcome === MODULE_DATA) {
      log.write('warning', `The RDB file has data of the module '${reading.name}': it is skipped`);
    } else if (outcome === EMPTY) {
      const isNamed = this.keys.empty++ < EMPTY_NAMED_MAX;
      if (isNamed) log.write('notice', `Loading: skipping empty key: ${reading.name}`);
    }
  }

  private takeLibrary(code: Uint8Array): void {
    const { functions } = this.parts.scripting;
    const loaded = functions.load(code, this.options.replaces, true);
    if (typeof loaded === 'string') this.fail(`Failed loading library, ${loaded}`);
  }

  private takeFact(name: string, text: string): void {
    const { log, clock } = this.parts;
    if (name.startsWith('%')) {
      log.write('notice', `RDB '${name}': ${text}`);
    } else if (name === 'redis-ver') {
      log.write('notice', `Loading RDB produced by version ${text}`);
    } else if (name === 'ctime') {
      const age = Math.max(0, Math.floor(clock.nowMs() / 1000) - Number(text));
      log.write('notice', `RDB age ${age} seconds`);
    } else if (name === 'used-mem') {
      this.usedMemory = Number(text);
      const mebibytes = (this.usedMemory / BYTES_PER_MEBIBYTE).toFixed(2);
      log.write('notice', `RDB memory usage when created ${mebibytes} Mb`);
    } else if (name === 'aof-base' && text === '1') {
      log.write('notice', 'RDB is base AOF');
    }
  }

  /** The records of the batch become entries. */
  private insert(): void {
    const { database, count, refs, hashes } = this;
    const { keyspace } = this.parts;
    this.count = 0;
    database.dict.prefetchSlots(hashes, count);
    for (let i = 0; i < count; i++) {
      const deadlineMs = this.deadlines[i];
      const fieldsMs = this.fieldDeadlines[i];
      if (this.options.replaces) this.makeWay(hashes[i], refs[i]);
      if (addLoaded(keyspace, database, hashes[i], refs[i], deadlineMs, fieldsMs)) {
        this.keys.loaded++;
      } else {
        for (let j = i; j < count; j++) keyspace.pending.freeRecord(refs[j]);
        return this.fail(`RDB has duplicated key in DB ${database.index}`);
      }
    }
  }

  /** A key that is there already gives way. */
  private makeWay(hash: number, ref: number): void {
    const { keyspace } = this.parts;
    const old = findLoaded(keyspace, this.database, hash, ref);
    if (old !== NONE) keyspace.discard(this.database, old, EVENT_OVERWRITTEN);
  }

  private end(): void {
    this.insert();
    if (this.isOver) return;
    const { log } = this.parts;
    const { loaded, expired, empty } = this.keys;
    this.isOver = true;
    this.reading.close();
    const skipped = empty > 0 ? `, empty keys skipped: ${empty}` : '';
    log.write(
      'notice',
      `Done loading RDB, keys loaded: ${loaded}, keys expired: ${expired}${skipped}.`,
    );
  }

  private readingProblem(): string {
    const { problem, itemPosition, isCut, version, isInEntry, quotedKey } = this.reading;
    if (version === 0) return problem;
    const what = isInEntry ? `the key ${quotedKey}, which` : 'what';
    const where = `${what} begins at byte ${itemPosition} cannot be read`;
    return isCut ? `${where}: ${problem} (byte ${this.position})` : `${where}: ${problem}`;
  }

  private fail(problem: string): void {
    this.problem = problem;
    this.isOver = true;
    for (let i = 0; i < this.count; i++) this.parts.keyspace.pending.freeRecord(this.refs[i]);
    this.count = 0;
    this.reading.close();
  }
}
