// All data as commands, the base of a journal without RDB: SET of strings, and of everything else
// RESTORE, whose payload is the value in its exact form.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import type { Database } from '../../domain/keyspace/database.ts';
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { KIND_STRING_RAW, kindOf } from '../../domain/memory/record.ts';
import type { DumpCodec } from '../../engine/dump-codec.ts';
import type { ByteTarget } from '../../engine/persistence/rdb-format.ts';

const CHUNK_SIZE = 64 * 1024;
const NO_DEADLINE = -1;

/** Hands all data to `target`, at once. */
export function writeRespBase(keyspace: Keyspace, dumps: DumpCodec, target: ByteTarget): void {
  const commands = new CommandWriter(target);
  for (const database of keyspace.databases) {
    if (database.dict.count === 0) continue;
    commands.begin(2);
    commands.text('SELECT');
    commands.text(String(database.index));
    database.dict.forEach({
      visit: (ref) => writeEntry(keyspace, dumps, database, ref, commands),
    });
  }
  commands.end();
}

function writeEntry(
  keyspace: Keyspace,
  dumps: DumpCodec,
  database: Database,
  ref: number,
  commands: CommandWriter,
): void {
  const { records } = keyspace;
  const deadlineMs = keyspace.deadline(database, ref);
  const isString = kindOf(keyspace.arena, ref) <= KIND_STRING_RAW;
  const payload = isString ? null : dumps.dump(ref);
  records.locateKey(ref);
  const { keyBytes, keyStart, keyEnd } = records;
  if (payload === null) {
    commands.begin(deadlineMs === NO_DEADLINE ? 3 : 5);
    commands.text('SET');
    commands.bytes(keyBytes, keyStart, keyEnd);
    records.locateValue(ref);
    commands.bytes(records.valueBytes, records.valueStart, records.valueEnd);
    if (deadlineMs === NO_DEADLINE) return;
    commands.text('PXAT');
    commands.text(String(deadlineMs));
  } else {
    commands.begin(5);
    commands.text('RESTORE');
    commands.bytes(keyBytes, keyStart, keyEnd);
    commands.text(String(Math.max(0, deadlineMs)));
    commands.bytes(payload, 0, payload.length);
    commands.text('ABSTTL');
  }
}

/** Writes commands in RESP, in chunks. */
class CommandWriter {
  private readonly target: ByteTarget;
  private readonly chunk = new Uint8Array(CHUNK_SIZE);
  private at = 0;

  constructor(target: ByteTarget) {
    this.target = target;
  }

  begin(count: number): void {
    this.line(`*${count}\r\n`);
  }

  text(text: string): void {
    this.line(`$${text.length}\r\n${text}\r\n`);
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    this.line(`$${end - start}\r\n`);
    if (end - start > CHUNK_SIZE - this.at) this.end();
    if (end - start > CHUNK_SIZE) {
      this.target.take(bytes, start, end);
    } else {
      this.chunk.set(bytes.subarray(start, end), this.at);
      this.at += end - start;
    }
    this.line('\r\n');
  }

  /** Hands over what the target has not got yet. */
  end(): void {
    if (this.at > 0) this.target.take(this.chunk, 0, this.at);
    this.at = 0;
  }

  private line(text: string): void {
    if (text.length > CHUNK_SIZE - this.at) this.end();
    this.chunk.set(latin1Bytes(text), this.at);
    this.at += text.length;
  }
}
