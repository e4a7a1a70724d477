// The library `redis` of scripts: its functions fail as Redis's do, with a table whose field `err`
// is the error line.
import { latin1Bytes } from '../../domain/bytes/ascii.ts';
import { SHA1_SIZE, sha1, sha1Text } from '../../domain/bytes/sha1.ts';
import type { LogLevel } from '../../engine/ports.ts';
import type { ScriptHost } from '../../engine/scripting/language.ts';
import { REDIS_VERSION } from '../../engine/version.ts';
import { LuaError } from '../../lua/errors.ts';
import { integerOf } from '../../lua/library/arguments.ts';
import { numberOfString, textOfNumber } from '../../lua/numbers.ts';
import type { Lua } from '../../lua/script.ts';
import { LuaTable } from '../../lua/table.ts';
import type { LuaFunction, LuaResult, LuaValue } from '../../lua/value.ts';
import { NOTHING } from '../../lua/value.ts';
import { countedError, errorTable, ReplyValues, tableOf } from './from-reply.ts';
import type { CallRequest } from './to-request.ts';

const LEVELS: readonly LogLevel[] = ['debug', 'verbose', 'notice', 'warning'];
/** What a reply's values take, in bytes of the reply: small ones, and tables of few, take most. */
const REPLY_FACTOR = 4;
/** An error line begins with it. */
const MINUS = 45;
/** Bits of redis.set_repl(). */
const REPL_AOF = 1;
const REPL_REPLICA = 2;
const REPL_ALL = REPL_AOF | REPL_REPLICA;

/** Adds the library to the globals; `call` is what all its calls are made of. */
export function addRedis(lua: Lua, host: ScriptHost, call: CallRequest): LuaTable {
  const redis = new LuaTable();
  addAll(redis, {
    ...callsOf(lua, host, call),
    ...repliesOf(),
    ...settersOf(host),
    sha1hex: (...values) => sha1Hexadecimal(values),
    REPL_NONE: 0,
    REPL_AOF,
    REPL_SLAVE: REPL_REPLICA,
    REPL_REPLICA,
    REPL_ALL,
  });
  addLog(redis, host);
  lua.globals.set('redis', redis);
  return redis;
}

/** What a library of functions finds, too, while it is loaded. */
export function addLog(redis: LuaTable, host: ScriptHost): void {
  addAll(redis, {
    log: (...values) => log(host, values),
    REDIS_VERSION,
    REDIS_VERSION_NUM: versionNumber(REDIS_VERSION),
  });
  for (const [number, name] of LEVELS.entries()) redis.set(`LOG_${name.toUpperCase()}`, number);
}

/** What there is for scripts only. There is no debugger. */
export function addDebugger(redis: LuaTable): void {
  addAll(redis, {
    breakpoint: () => false,
    debug: () => NOTHING,
    replicate_commands: () => true,
  });
}

function addAll(redis: LuaTable, fields: Readonly<Record<string, LuaFunction | LuaValue>>): void {
  for (const [name, value] of Object.entries(fields)) redis.set(name, value);
}

function callsOf(
  lua: Lua,
  host: ScriptHost,
  call: CallRequest,
): Readonly<Record<string, LuaFunction>> {
  const { reply } = host;
  const { request } = call;
  const answers = new ReplyValues(host);
  let hasFailed = false;
  /** What a call answers, or the table of the error that kept it from running. */
  const ask = (values: LuaValue[]): LuaValue => {
    hasFailed = true;
    if (values.length === 0) return errorTable(NO_ARGUMENTS);
    if (!call.fill(values)) return errorTable(BAD_ARGUMENTS);
    const line = host.call(request);
    if (line !== '') return countedError(line);
    const size = reply.totalSize;
    lua.charge(REPLY_FACTOR * size);
    lua.spendTime(host.lastCallUs);
    const bytes = reply.parts.length === 0 ? reply.buffer : reply.take();
    hasFailed = bytes[0] === MINUS;
    return answers.read(bytes, size);
  };
  return {
    call: (...values) => {
      const answer = ask(values);
      if (hasFailed) throw new LuaError(answer, true);
      return answer;
    },
    pcall: (...values) => ask(values),
    acl_check_cmd: (...values) => {
      if (values.length === 0) throw failure(NO_ARGUMENTS);
      if (!call.fill(values)) throw failure(BAD_ARGUMENTS);
      const may = host.mayCall(request);
      if (may === null) throw failure('ERR Invalid command passed to redis.acl_check_cmd()');
      return may;
    },
  };
}

function repliesOf(): Readonly<Record<string, LuaFunction>> {
  return {
    error_reply: (...values) => {
      const [text] = values;
      if (values.length !== 1 || typeof text !== 'string') return errorTable(BAD_REPLY);
      return errorTable(text.startsWith('-') ? text.slice(1) : text);
    },
    status_reply: (...values) => {
      const [text] = values;
      const isText = values.length === 1 && typeof text === 'string';
      return isText ? tableOf('ok', text) : errorTable(BAD_REPLY);
    },
  };
}

function settersOf(host: ScriptHost): Readonly<Record<string, LuaFunction>> {
  return {
    setresp: (...values) => {
      if (values.length !== 1) throw failure('ERR redis.setresp() requires one argument.');
      const protocol = intOf(values[0]);
      if (protocol !== 2 && protocol !== 3) throw failure('ERR RESP version must be 2 or 3.');
      host.reply.resp3 = protocol === 3;
      return NOTHING;
    },
    set_repl: (...values) => {
      if (values.length !== 1) throw failure('ERR redis.set_repl() requires one argument.');
      const flags = intOf(values[0]);
      if ((flags & ~REPL_ALL) !== 0) throw failure(BAD_REPLICATION);
      host.setReplication((flags & REPL_AOF) !== 0, (flags & REPL_REPLICA) !== 0);
      return NOTHING;
    },
  };
}

function log(host: ScriptHost, [level, ...values]: LuaValue[]): LuaResult {
  if (values.length === 0) throw failure('ERR redis.log() requires two arguments or more.');
  if (numberOf(level) === undefined) {
    throw failure('ERR First argument must be a number (log level).');
  }
  const name = LEVELS.at(intOf(level));
  if (intOf(level) < 0 || name === undefined) throw failure('ERR Invalid debug level.');
  let message = '';
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    message += (index === 0 ? '' : ' ') + textOf(value);
  }
  host.log(name, message);
  return NOTHING;
}

/** Of what is no text Redis takes the digest of nothing. */
function sha1Hexadecimal(values: LuaValue[]): LuaValue {
  const [value] = values;
  if (values.length !== 1) throw failure('ERR wrong number of arguments');
  const isText = typeof value === 'string' || typeof value === 'number';
  const bytes = latin1Bytes(isText ? textOf(value) : '');
  const digest = new Uint8Array(SHA1_SIZE);
  sha1(bytes, 0, bytes.length, digest);
  return sha1Text(digest);
}

/** The error of a function that fails with this line. */
export function failure(line: string): LuaError {
  return new LuaError(errorTable(line), true);
}

function textOf(value: string | number): string {
  return typeof value === 'string' ? value : textOfNumber(value);
}

function numberOf(value: LuaValue): number | undefined {
  if (typeof value === 'string') return numberOfString(value);
  return typeof value === 'number' ? value : undefined;
}

/** What C makes of a number, or of what is none: an int. */
function intOf(value: LuaValue): number {
  const whole = integerOf(numberOf(value) ?? 0);
  return whole === (whole | 0) ? whole : -(2 ** 31);
}

/** 7.2.6 is 0x00070206. */
function versionNumber(version: string): number {
  return version.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

const NO_ARGUMENTS = 'ERR Please specify at least one argument for this redis lib call';
const BAD_ARGUMENTS = 'ERR Lua redis lib command arguments must be strings or integers';
const BAD_REPLY = 'ERR wrong number or type of arguments';
const BAD_REPLICATION =
  'ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.';
