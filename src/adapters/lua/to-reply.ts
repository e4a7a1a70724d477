// From Lua values to a reply, as Redis has it: numbers are cut to integers, the first nil ends an
// array, and a table with a certain field stands for what Lua has no type for. Metatables say
// nothing here.
import { ZERO } from '../../domain/doubles.ts';
import { COUNTED, type Reply } from '../../engine/reply.ts';
import { untilNul } from '../../engine/request.ts';
import { integerOf } from '../../lua/library/arguments.ts';
import { LuaTable } from '../../lua/table.ts';
import type { LuaValue } from '../../lua/value.ts';

/** How deep tables may lie in each other: Redis's limit follows from Lua's stack, and is higher. */
const DEPTH_MAX = 1000;
/** Bytes of one reply: what few tables hold can be written in many places. */
const REPLY_SIZE_MAX = 1024 * 1024 * 1024;

export class ValueReplies {
  private reply: Reply;
  private isResp3 = false;
  /** Bytes of the writer that are not to be passed. */
  private sizeMax = ZERO;
  private readonly countError: (line: string) => void;

  /** Errors that no command has counted are told to `countError`. */
  constructor(reply: Reply, countError: (line: string) => void) {
    this.reply = reply;
    this.countError = countError;
  }

  /** Replies with a value of a script that has chosen RESP2 or RESP3. */
  write(value: LuaValue, reply: Reply, isResp3: boolean): void {
    this.reply = reply;
    this.isResp3 = isResp3;
    this.sizeMax = reply.totalSize + REPLY_SIZE_MAX;
    const mark = reply.mark();
    try {
      this.value(value, 0);
    } catch (error) {
      if (error !== TOO_LARGE) throw error;
      reply.rewind(mark);
      this.error(TOO_LARGE, false, reply);
    }
  }

  /** An error line; `isCounted` where a command has failed with it. */
  error(line: string, isCounted: boolean, reply: Reply): void {
    const shown = untilNul(line);
    if (!isCounted) this.countError(shown);
    reply.failure = COUNTED;
    reply.error(shown);
  }

  private value(value: LuaValue, depth: number): void {
    const { reply } = this;
    if (reply.totalSize > this.sizeMax) throw TOO_LARGE;
    if (typeof value === 'string') return reply.bulkText(value);
    if (typeof value === 'number') return this.integer(value);
    if (typeof value === 'boolean') return this.boolean(value);
    if (!(value instanceof LuaTable)) return reply.nil();
    if (depth === DEPTH_MAX) return this.error(TOO_DEEP, false, reply);
    if (value.values.length === 0) return this.array(value, depth + 1);
    if (this.scalar(value)) return;
    const map = value.getString('map');
    const set = value.getString('set');
    if (map instanceof LuaTable) this.map(map, depth + 1);
    else if (set instanceof LuaTable) this.set(set, depth + 1);
    else this.array(value, depth + 1);
  }

  private integer(value: number): void {
    const whole = integerOf(value);
    if (Number.isSafeInteger(whole)) this.reply.integer(whole);
    else this.reply.bigInteger(BigInt(whole));
  }

  private boolean(value: boolean): void {
    if (this.isResp3) this.reply.boolean(value);
    else if (value) this.reply.integer(1);
    else this.reply.nil();
  }

  private array(table: LuaTable, depth: number): void {
    let count = 0;
    while (table.get(count + 1) !== undefined) count++;
    this.reply.array(count);
    for (let i = 1; i <= count; i++) this.value(table.get(i), depth);
  }

  /** A table with a field that stands for something but a collection; false if it has none. */
  private scalar(table: LuaTable): boolean {
    const { reply } = this;
    const error = table.getString('err');
    const ok = table.getString('ok');
    const double = table.getString('double');
    const bigNumber = table.getString('big_number');
    const verbatim = table.getString('verbatim_string');
    if (typeof error === 'string') {
      this.error(error, table.getString('ignore_error_stats_update') === true, reply);
    } else if (typeof ok === 'string') reply.simple(oneLine(untilNul(ok)));
    else if (typeof double === 'number') reply.double(double);
    else if (typeof bigNumber === 'string') reply.bigNumber(oneLine(bigNumber));
    else return verbatim instanceof LuaTable && this.verbatim(verbatim);
    return true;
  }

  private verbatim(table: LuaTable): boolean {
    const format = table.getString('format');
    const text = table.getString('string');
    if (typeof format !== 'string' || typeof text !== 'string') return false;
    this.reply.verbatim(text, untilNul(format).slice(0, 3).padEnd(3, ' '));
    return true;
  }

  private map(table: LuaTable, depth: number): void {
    this.reply.map(countOf(table));
    for (let cursor = table.advance(0); cursor !== 0; cursor = table.advance(cursor)) {
      this.value(table.keyAt(cursor), depth);
      this.value(table.valueAt(cursor), depth);
    }
  }

  private set(table: LuaTable, depth: number): void {
    this.reply.set(countOf(table));
    for (let cursor = table.advance(0); cursor !== 0; cursor = table.advance(cursor)) {
      this.value(table.keyAt(cursor), depth);
    }
  }
}

function countOf(table: LuaTable): number {
  let count = 0;
  for (let cursor = table.advance(0); cursor !== 0; cursor = table.advance(cursor)) count++;
  return count;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, ' ');
}

const TOO_LARGE = 'ERR the reply of the script is too large';
const TOO_DEEP = 'ERR reached lua stack limit';
