// HSCAN: a hash in steps. One that is packed comes at once, whatever COUNT says, as in Redis.
import { NOT_CURSOR, parseCursor } from '../../domain/bytes/integer.ts';
import type { EntryVisitor } from '../../domain/structures/segment.ts';
import type { Hashes } from '../../domain/values/hashes.ts';
import { type CommandEntry, type Context, READONLY } from '../../engine/command.ts';
import { ACCESS, integer, key, optional, pattern, RO } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { INVALID_CURSOR, parseScanOptions, type ScanOptions } from '../scan-options.ts';
import { readHash } from './open.ts';

const HSCAN: CommandEntry = {
  name: 'HSCAN',
  flags: READONLY,
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
  const { buffer, starts, ends } = request;
  const cursor = parseCursor(buffer, starts[2], ends[2]);
  if (cursor === NOT_CURSOR) return reply.error(INVALID_CURSOR);
  const isThere = readHash(context, request, reply);
  if (isRefused(isThere)) return;
  if (!isThere) {
    reply.array(2);
    reply.bulkInteger(0);
    return reply.array(0);
  }
  const { hashes } = context;
  const options = parseScanOptions(request, 3, false, reply);
  if (options === null) return;
  const visitor = new FieldVisitor(hashes, options, reply);
  const opened = reply.open();
  const next = hashes.isPacked ? visitor.visitAll() : hashes.scan(cursor, options.count, visitor);
  reply.closeArray(opened, visitor.wordsCount);
  reply.closeScan(opened, next);
}

/** Answers the fields that match, with their values. */
class FieldVisitor implements EntryVisitor {
  wordsCount = 0;
  private readonly hashes: Hashes;
  private readonly options: ScanOptions;
  private readonly reply: Reply;

  constructor(hashes: Hashes, options: ScanOptions, reply: Reply) {
    this.hashes = hashes;
    this.options = options;
    this.reply = reply;
  }

  visit(element: number): void {
    if (this.hashes.show(element)) this.answer();
  }

  /** All fields of a packed hash. Returns the cursor that says so. */
  visitAll(): number {
    const { hashes } = this;
    for (let more = hashes.first(); more; more = hashes.next()) this.answer();
    return 0;
  }

  private answer(): void {
    const { hashes, options, reply } = this;
    const { field, value } = hashes;
    if (!options.matches(field.bytes, field.start, field.end)) return;
    reply.bulk(field.bytes, field.start, field.end);
    reply.bulk(value.bytes, value.start, value.end);
    this.wordsCount += 2;
  }
}

export const HASH_SCAN_COMMANDS: readonly CommandEntry[] = [HSCAN];
