// Reads RDB files of all versions, an item at a time: the header, facts, libraries of functions,
// data of modules, which is skipped, and entries. FORMAT.md has the picture. A file may stand at
// the beginning of another one, an append-only file: then reading ends behind its checksum.
import { latin1Bytes, latin1Text } from '../../domain/bytes/ascii.ts';
import { CRC64_SIZE } from '../../domain/bytes/crc64.ts';
import { Int64 } from '../../domain/bytes/int64.ts';
import { quoteBytes } from '../../domain/bytes/split-args.ts';
import { ZERO } from '../../domain/doubles.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import type { DiskFile } from '../../engine/disk.ts';
import {
  DATABASE,
  EMPTY,
  ENDED,
  ENTRY,
  FACT,
  FAILED,
  HEADER,
  LIBRARY,
  MODULE_DATA,
  NOT_GIVEN,
  type RdbReading,
  READ_ON,
} from '../../engine/persistence/rdb-format.ts';
import { readWord32 } from './entries.ts';
import { FileWindow, MORE, TOO_LONG } from './file-window.ts';
import * as element from './reader.ts';
import { NO_LENGTH, type RdbReader, RdbString } from './reader.ts';
import {
  HEADER_SIZE,
  MODULE_DOUBLE,
  MODULE_END,
  MODULE_FLOAT,
  MODULE_SIGNED,
  MODULE_STRING,
  MODULE_UNSIGNED,
  OPCODE_AUX,
  OPCODE_DATABASE,
  OPCODE_DEADLINE_MS,
  OPCODE_DEADLINE_SECONDS,
  OPCODE_END,
  OPCODE_FREQUENCY,
  OPCODE_IDLE,
  OPCODE_LIBRARY,
  OPCODE_LIBRARY_EARLY,
  OPCODE_MODULE,
  OPCODE_SIZES,
  OPCODE_SLOT_INFO,
  SIGNATURE,
  TYPE_MODULE,
  TYPE_MODULE_2,
  VERSION_7_4,
  VERSION_WITH_CHECKSUM,
} from './types.ts';
import type { ValueDecoder } from './value-decoder.ts';

/** Elements of a value that are read in one step. */
const ELEMENTS_AT_ONCE = 256;
/** Nobody needs to see more of a fact. */
const FACT_SIZE_MAX = 256;
const QUOTED_SIZE_MAX = 128;
const SECONDS_SIZE = 4;
const VERSION = /^\d{4}$/;
/** Names of modules: nine of these in 54 bits, before ten bits of a version. */
const MODULE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const MODULE_NAME_SIZE = 9;
const MODULE_VERSION_BITS = 10n;
/** An item could not be read, and the reader knows why. */
const NOT_READ = -1;

// What comes next.
const AT_HEADER = 0;
const AT_ITEM = 1;
const AT_VALUE = 2;
const AT_MODULE = 3;
const AT_CHECKSUM = 4;
const AT_END = 5;

export class RdbFileReader implements RdbReading {
  version = 0;
  itemPosition = ZERO;
  problem = '';
  isCut = false;
  databaseIndex = 0;
  type = 0;
  deadlineMs = ZERO;
  idleSeconds = ZERO;
  frequency = NOT_GIVEN;
  isChecked = false;
  /** Is it within an entry of which the key is known? Also when it FAILED there. */
  isInEntry = false;
  private readonly keyspace: Keyspace;
  private readonly databasesMax: number;
  private readonly decoder: ValueDecoder;
  private readonly reader: RdbReader;
  private readonly window: FileWindow;
  private readonly key = new RdbString();
  private readonly second = new RdbString();
  private readonly wide = new Int64();
  private next = AT_HEADER;
  /** Do the attributes belong to an entry that is over? */
  private isEntryOver = false;

  constructor(
    keyspace: Keyspace,
    decoder: ValueDecoder,
    file: DiskFile,
    checksChecksum: boolean,
    databasesMax = keyspace.databases.length,
  ) {
    this.keyspace = keyspace;
    this.databasesMax = databasesMax;
    this.decoder = decoder;
    this.reader = decoder.reader;
    this.window = new FileWindow(file, this.reader, checksChecksum);
    this.forgetAttributes();
  }

  get position(): number {
    return this.window.position;
  }

  get bytes(): Uint8Array {
    return this.key.bytes;
  }

  get start(): number {
    return this.key.start;
  }

  get end(): number {
    return this.key.end;
  }

  get name(): string {
    return shownText(this.key);
  }

  get text(): string {
    return shownText(this.second);
  }

  get quotedKey(): string {
    const { bytes, start, end } = this.key;
    return quoteBytes(bytes, start, Math.min(end, start + QUOTED_SIZE_MAX));
  }

  get fieldsMs(): number {
    return this.decoder.built.earliestMs;
  }

  step(): number {
    if (this.next === AT_ITEM) return this.readItem();
    if (this.next === AT_VALUE) return this.readValue();
    if (this.next === AT_HEADER) return this.readHeader();
    if (this.next === AT_MODULE) return this.skipModule();
    if (this.next === AT_CHECKSUM) return this.readChecksum();
    return this.problem === '' ? ENDED : FAILED;
  }

  make(): number {
    const { bytes, start, end } = this.key;
    return this.decoder.built.makeRecord(this.keyspace, bytes, start, end);
  }

  drop(): void {
    this.decoder.built.drop(this.keyspace);
  }

  close(): void {
    if (this.next === AT_VALUE) this.decoder.drop();
    this.next = AT_END;
    this.reader.close();
    this.key.letGo();
    this.second.letGo();
  }

  private readHeader(): number {
    const { reader, second } = this;
    this.itemPosition = this.position;
    if (!reader.raw(HEADER_SIZE, second)) return this.goOn(reader.at);
    const text = shownText(second);
    if (!text.startsWith(SIGNATURE)) return this.fail('it does not begin as RDB files do');
    const digits = text.slice(SIGNATURE.length);
    this.version = VERSION.test(digits) ? Number(digits) : 0;
    if (this.version < 1 || this.version > VERSION_7_4) {
      return this.fail(`files of RDB version ${digits} are not known`);
    }
    this.next = AT_ITEM;
    return HEADER;
  }

  private readItem(): number {
    const { reader } = this;
    const { at } = reader;
    if (this.isEntryOver) this.forgetAttributes();
    this.itemPosition = this.position;
    const opcode = reader.byte();
    if (opcode === NO_LENGTH) return this.goOn(at);
    if (opcode < OPCODE_SLOT_INFO) return this.readKey(opcode, at);
    const outcome = this.readOther(opcode);
    return outcome === NOT_READ ? this.goOn(at) : outcome;
  }

  private readKey(type: number, at: number): number {
    if (!this.decoder.knows(type)) return this.fail(unknownType(type));
    if (!this.reader.string(this.key)) return this.goOn(at);
    this.type = type;
    this.isInEntry = true;
    this.decoder.begin(type);
    this.next = AT_VALUE;
    return this.readValue();
  }

  private readValue(): number {
    const { decoder } = this;
    const outcome = decoder.step(ELEMENTS_AT_ONCE);
    if (outcome === element.GOES_ON) return READ_ON;
    if (outcome === element.SHORT) return this.goOn(this.reader.at);
    this.next = AT_ITEM;
    this.isEntryOver = true;
    if (outcome === element.BAD) return this.fail(decoder.problem);
    this.isInEntry = false;
    return outcome === element.EMPTY ? EMPTY : ENTRY;
  }

  /** What is no entry, behind its opcode: NOT_READ when the reader knows why not. */
  private readOther(opcode: number): number {
    const { reader } = this;
    switch (opcode) {
      case OPCODE_DEADLINE_MS:
        return this.readDeadline(reader.milliseconds());
      case OPCODE_DEADLINE_SECONDS:
        return this.readSeconds();
      case OPCODE_IDLE:
        this.idleSeconds = reader.length();
        return this.idleSeconds === NO_LENGTH ? NOT_READ : READ_ON;
      case OPCODE_FREQUENCY:
        this.frequency = reader.byte();
        return this.frequency === NO_LENGTH ? NOT_READ : READ_ON;
      case OPCODE_DATABASE:
        return this.readDatabase(reader.length());
      case OPCODE_SIZES:
        return this.skipLengths(2) ? DATABASE : NOT_READ;
      case OPCODE_SLOT_INFO:
        return this.skipLengths(3) ? READ_ON : NOT_READ;
      case OPCODE_AUX:
        return reader.string(this.key) && reader.string(this.second) ? FACT : NOT_READ;
      case OPCODE_LIBRARY:
        return reader.string(this.key) ? LIBRARY : NOT_READ;
      case OPCODE_LIBRARY_EARLY:
        return this.fail('functions of release candidates of 7.0 are not known');
      case OPCODE_MODULE:
        return this.readModule();
      case OPCODE_END:
        return this.readEnd();
      default:
        throw new Error(`${opcode} is an opcode that nobody reads`);
    }
  }

  private readDeadline(deadlineMs: number): number {
    this.deadlineMs = deadlineMs;
    return deadlineMs === NO_LENGTH ? NOT_READ : READ_ON;
  }

  private readSeconds(): number {
    const { reader, second } = this;
    if (!reader.raw(SECONDS_SIZE, second)) return NOT_READ;
    this.deadlineMs = (readWord32(second.bytes, second.start) | 0) * 1000;
    return READ_ON;
  }

  private readDatabase(index: number): number {
    if (index === NO_LENGTH) return NOT_READ;
    const { databasesMax } = this;
    if (index >= databasesMax) {
      return this.fail(`it has a database ${index}, and the server ${databasesMax} databases`);
    }
    this.databaseIndex = index;
    return DATABASE;
  }

  private skipLengths(count: number): boolean {
    for (let i = 0; i < count; i++) if (this.reader.length() === NO_LENGTH) return false;
    return true;
  }

  /** The number of a module, and when its data was written. */
  private readModule(): number {
    const { reader, wide } = this;
    if (!reader.wide(wide)) return NOT_READ;
    const form = reader.length();
    if (form === NO_LENGTH || reader.length() === NO_LENGTH) return NOT_READ;
    if (form !== MODULE_UNSIGNED) return this.fail('data of a module is malformed');
    const name = latin1Bytes(moduleName(wide));
    this.key.set(name, 0, name.length);
    this.next = AT_MODULE;
    return READ_ON;
  }

  /** One thing that a module has written. */
  private skipModule(): number {
    const { reader, second } = this;
    const { at } = reader;
    const form = reader.length();
    if (form === MODULE_END) {
      this.next = AT_ITEM;
      return MODULE_DATA;
    }
    let isRead = form !== NO_LENGTH;
    if (form === MODULE_SIGNED || form === MODULE_UNSIGNED) isRead = this.skipLengths(1);
    else if (form === MODULE_FLOAT) isRead = reader.raw(4, second);
    else if (form === MODULE_DOUBLE) isRead = reader.raw(8, second);
    else if (form === MODULE_STRING) isRead = reader.string(second);
    else if (isRead) return this.fail('data of a module is malformed');
    return isRead ? READ_ON : this.goOn(at);
  }

  private readEnd(): number {
    this.window.sum();
    this.next = this.version < VERSION_WITH_CHECKSUM ? AT_END : AT_CHECKSUM;
    return READ_ON;
  }

  private readChecksum(): number {
    const { reader, second, window } = this;
    if (!reader.raw(CRC64_SIZE, second)) return this.goOn(reader.at);
    const { bytes, start, end } = second;
    const isWritten = bytes.subarray(start, end).some((byte) => byte !== 0);
    this.isChecked = isWritten && window.crc !== null;
    if (isWritten && window.crc?.equals(bytes, start) === false) {
      return this.fail('RDB CRC error: its checksum is another one, so bytes of it have changed');
    }
    this.next = AT_END;
    return ENDED;
  }

  /** What begins at `at` was not read: there is more of the file, or it fails. */
  private goOn(at: number): number {
    const { reader, window } = this;
    if (reader.outcome === element.BAD) return this.fail('a length or a string is malformed');
    reader.at = at;
    if (this.next === AT_VALUE) this.keepKey();
    const outcome = window.more();
    if (outcome === MORE) return READ_ON;
    if (outcome === TOO_LONG) return this.fail('no value may be as long as this one');
    this.isCut = true;
    return this.fail('it ends too early');
  }

  /** The window is moved on: the key must not lie in it. */
  private keepKey(): void {
    const { key } = this;
    if (key.bytes !== this.reader.bytes) return;
    const bytes = key.bytes.slice(key.start, key.end);
    key.set(bytes, 0, bytes.length);
  }

  private fail(problem: string): number {
    if (this.next === AT_VALUE) this.decoder.drop();
    this.next = AT_END;
    this.problem = problem;
    return FAILED;
  }

  private forgetAttributes(): void {
    this.isEntryOver = false;
    this.deadlineMs = NOT_GIVEN;
    this.idleSeconds = NOT_GIVEN;
    this.frequency = NOT_GIVEN;
  }
}

function unknownType(type: number): string {
  const isOfModule = type === TYPE_MODULE || type === TYPE_MODULE_2;
  return isOfModule ? 'it has a value of a module' : `values of type ${type} are not known`;
}

/** Bytes as text, cut where they are long. */
function shownText({ bytes, start, end }: RdbString): string {
  return latin1Text(bytes, start, Math.min(end, start + FACT_SIZE_MAX));
}

function moduleName({ high, low }: Int64): string {
  let id = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  id >>= MODULE_VERSION_BITS;
  let name = '';
  for (let i = 0; i < MODULE_NAME_SIZE; i++) {
    name = MODULE_LETTERS[Number(id & 63n)] + name;
    id >>= 6n;
  }
  return name;
}
