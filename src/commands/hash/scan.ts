// HSCAN: collection-scan.ts has the way of it.
import type { Database } from '../../domain/keyspace/database.ts';
import { TYPE_HASH } from '../../domain/memory/record.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { Hashes } from '../../domain/values/hashes.ts';
import { type CommandEntry, type Context, READONLY, RUNS_IN_SLICES } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, pattern, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { type ScannedType, scanCollection } from '../collection-scan.ts';
import type { ScanOptions } from '../scan-options.ts';

const HSCAN: CommandEntry = {
  name: 'HSCAN',
  flags: READONLY | RUNS_IN_SLICES,
  args: [
    key('key', RO | ACCESS),
    integer('cursor'),
    optional(pattern('pattern', { token: 'MATCH' })),
    optional(integer('count', { token: 'COUNT' })),
  ],
  tips: ['nondeterministic_output'],
  run: hscan,
};

function hscan(context: Context, request: Request, reply: Reply): void {
  scanCollection(context, request, reply, new ScannedHashes(context.hashes));
}

class ScannedHashes implements ScannedType {
  readonly type = TYPE_HASH;
  private readonly hashes: Hashes;

  constructor(hashes: Hashes) {
    this.hashes = hashes;
  }

  open(database: Database, ref: number): boolean {
    this.hashes.open(database, ref);
    return !this.hashes.isPacked;
  }

  scan(cursor: number, atLeast: number, visitor: EntryVisitor): number {
    return this.hashes.scan(cursor, atLeast, visitor);
  }

  answer(element: number, options: ScanOptions, found: Reply): number {
    return this.hashes.show(element) ? this.answerField(options, found) : 0;
  }

  answerAll(options: ScanOptions, found: Reply): number {
    const { hashes } = this;
    let words = 0;
    for (let more = hashes.first(); more; more = hashes.next()) {
      words += this.answerField(options, found);
    }
    return words;
  }

  private answerField(options: ScanOptions, found: Reply): number {
    const { field, value } = this.hashes;
    if (!options.matches(field.bytes, field.start, field.end)) return 0;
    found.bulk(field.bytes, field.start, field.end);
    found.bulk(value.bytes, value.start, value.end);
    return 2;
  }
}

export const HASH_SCAN_COMMANDS: readonly CommandEntry[] = [HSCAN];
