// DUMP and RESTORE: values as bytes that any server of the same kind takes. What the bytes say is
// known to the codec (engine/dump-codec.ts).
import { INT64_END } from '../../domain/bytes/integer.ts';
import { OUT_OF_MEMORY, SYNTAX_ERROR } from '../../domain/errors.ts';
import { EVENT_DEL, EVENT_RESTORE } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import {
  ASKING,
  type CommandEntry,
  type Context,
  DENYOOM,
  READONLY,
  WRITE,
} from '../../engine/command.ts';
import {
  ACCESS,
  integer,
  key,
  OW,
  optional,
  RO,
  string,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import { NO_ROOM, RESTORABLE, WRONG_CHECKSUM } from '../../engine/dump-codec.ts';
import { findKeyToChange } from '../../engine/look-up.ts';
import { NOT_GIVEN } from '../../engine/persistence/rdb-format.ts';
import { setUsage } from '../../engine/persistence/usage.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, REFUSED, type Refused, type Request } from '../../engine/request.ts';

const BUSY_KEY = 'BUSYKEY Target key name already exists.';
const WRONG_PAYLOAD = 'ERR DUMP payload version or checksum are wrong';
/** Larger payloads are sent without a copy. */
const UNCOPIED_SIZE_MIN = 64 * 1024;
const COUNTER_MAX = 255;
/** The words that all calls have: name, key, time, payload. */
const WORDS = 4;

const DUMP: CommandEntry = {
  name: 'DUMP',
  flags: READONLY,
  args: [key('key', RO | ACCESS)],
  tips: ['nondeterministic_output'],
  run: dump,
};

function dump(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, dumps } = context;
  const { buffer, starts, ends } = request;
  const ref = keyspace.read(database, buffer, starts[1], ends[1]);
  if (ref === NONE) return reply.nil();
  const payload = dumps.dump(ref);
  if (payload.length > UNCOPIED_SIZE_MIN) reply.bulkUncopied(payload);
  else reply.bulk(payload, 0, payload.length);
}

/** What is the same in the entries of RESTORE and RESTORE-ASKING. */
const RESTORE_ENTRY: Pick<CommandEntry, 'args' | 'categories' | 'run'> = {
  categories: ['dangerous'],
  args: [
    key('key', OW | UPDATE),
    integer('ttl'),
    string('serialized-value'),
    optional(token('replace', 'REPLACE', { since: '3.0.0' })),
    optional(token('absttl', 'ABSTTL', { since: '5.0.0' })),
    optional(integer('seconds', { token: 'IDLETIME', since: '5.0.0' })),
    optional(integer('frequency', { token: 'FREQ', since: '5.0.0' })),
  ],
  run: restore,
};

const RESTORE: CommandEntry = {
  name: 'RESTORE',
  flags: WRITE | DENYOOM,
  ...RESTORE_ENTRY,
};

const RESTORE_ASKING: CommandEntry = {
  name: 'RESTORE-ASKING',
  group: 'server',
  flags: WRITE | DENYOOM | ASKING,
  ...RESTORE_ENTRY,
  categories: ['keyspace', 'dangerous'],
};

/** The options of a call. */
class RestoreOptions {
  replaces = false;
  isAbsolute = false;
  idleSeconds = NOT_GIVEN;
  frequency = NOT_GIVEN;
}

function restore(context: Context, request: Request, reply: Reply): void {
  const { keyspace, database, dumps } = context;
  const { buffer, starts, ends } = request;
  const options = readOptions(request, reply);
  if (isRefused(options)) return;
  const replaced = findKeyToChange(context, request, 1);
  if (replaced !== NONE && !options.replaces) return reply.error(BUSY_KEY);
  const timeMs = request.integer(2, reply);
  if (isRefused(timeMs)) return;
  if (timeMs < 0) return reply.error('ERR Invalid TTL value, must be >= 0');
  const found = dumps.read(buffer, starts[3], ends[3]);
  if (found === WRONG_CHECKSUM) return reply.error(WRONG_PAYLOAD);
  if (found === NO_ROOM) return reply.error(OUT_OF_MEMORY);
  if (found !== RESTORABLE) {
    context.server.log.write('verbose', `RESTORE was given bad data: ${dumps.problem}`);
    return reply.error('ERR Bad data format');
  }
  const isRelative = timeMs !== 0 && !options.isAbsolute;
  const deadlineMs = isRelative ? timeMs + keyspace.nowMs : timeMs;
  // A time beyond all integers is one before 1970 for Redis.
  const isDue = deadlineMs <= keyspace.dueMs || (isRelative && deadlineMs >= INT64_END);
  if (timeMs !== 0 && isDue) {
    dumps.drop();
    removeReplaced(context, request, replaced);
    return reply.ok();
  }
  const ref = dumps.store(database, buffer, starts[1], ends[1], replaced);
  setUsage(keyspace, ref, options.idleSeconds, options.frequency);
  if (timeMs === 0) {
    keyspace.changed(database, ref, EVENT_RESTORE);
  } else {
    keyspace.setDeadline(database, ref, deadlineMs, EVENT_RESTORE);
    if (!options.isAbsolute) sayAbsolute(context, request, deadlineMs);
  }
  reply.ok();
}

/** Others are told the time at which the key is due, not how long it has. */
function sayAbsolute({ effects }: Context, request: Request, deadlineMs: number): void {
  const { count } = request;
  effects.instead(request.text(0), count + 1).argument(request, 1);
  effects.integer(deadlineMs);
  for (let i = 3; i < count; i++) effects.argument(request, i);
  effects.text('ABSTTL');
}

function readOptions(request: Request, reply: Reply): RestoreOptions | Refused {
  const options = new RestoreOptions();
  for (let i = WORDS; i < request.count; i++) {
    const isLast = i + 1 === request.count;
    if (request.is(i, 'replace')) {
      options.replaces = true;
    } else if (request.is(i, 'absttl')) {
      options.isAbsolute = true;
    } else if (request.is(i, 'idletime') && !isLast && options.frequency === NOT_GIVEN) {
      const seconds = request.integer(++i, reply);
      if (isRefused(seconds)) return REFUSED;
      if (seconds < 0) return refused(reply, 'ERR Invalid IDLETIME value, must be >= 0');
      options.idleSeconds = seconds;
    } else if (request.is(i, 'freq') && !isLast && options.idleSeconds === NOT_GIVEN) {
      const frequency = request.integer(++i, reply);
      if (isRefused(frequency)) return REFUSED;
      if (frequency < 0 || frequency > COUNTER_MAX) {
        return refused(reply, 'ERR Invalid FREQ value, must be >= 0 and <= 255');
      }
      options.frequency = frequency;
    } else {
      return refused(reply, SYNTAX_ERROR);
    }
  }
  return options;
}

function refused(reply: Reply, error: string): Refused {
  reply.error(error);
  return REFUSED;
}

/** What was to be restored is due already: all that is left is that the old value goes. */
function removeReplaced(context: Context, request: Request, replaced: number): void {
  if (replaced === NONE) return;
  const { keyspace, database, effects, server } = context;
  keyspace.remove(database, replaced, EVENT_DEL);
  const name = server.settings.flag('lazyfree-lazy-server-del') ? 'UNLINK' : 'DEL';
  effects.instead(name, 2).argument(request, 1);
}

export const GENERIC_DUMP_COMMANDS: readonly CommandEntry[] = [DUMP, RESTORE, RESTORE_ASKING];
