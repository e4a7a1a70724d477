// XGROUP: groups of a stream and their consumers.

import { Int64 } from '../../domain/bytes/int64.ts';
import { badSubcommandCall } from '../../domain/errors.ts';
import {
  EVENT_XGROUP_CREATE,
  EVENT_XGROUP_CREATE_STREAM,
  EVENT_XGROUP_DESTROY,
  EVENT_XGROUP_SETID,
} from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { StreamId } from '../../domain/values/stream-id.ts';
import { UNKNOWN_READ } from '../../domain/values/stream-root.ts';
import { type CommandEntry, type Context, DENYOOM, WRITE } from '../../engine/command.ts';
import {
  DELETE,
  INSERT,
  integer,
  key,
  oneof,
  optional,
  RW,
  string,
  token,
  UPDATE,
} from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { helpEntry } from '../help.ts';
import { XGROUP_DELCONSUMER } from './delete-consumer.ts';
import { addConsumer, changeGroup, findConsumer, NO_KEY, openGroup } from './group-names.ts';
import { parseAnyId, parseId } from './ids.ts';
import { changeStream } from './open.ts';

const BUSY = 'BUSYGROUP Consumer Group name already exists';
const NEGATIVE_READ = 'ERR value for ENTRIESREAD must be positive or -1';

/** Each option once: Redis looks at that last of all. */
const CREATE_WORDS_MAX = 8;
const SETID_WORDS_MAX = 7;

const ID_SELECTOR = oneof('id-selector', [string('id'), token('new-id', '$')]);

/** What CREATE and SETID are told besides their ID. */
class GroupOptions {
  makesStream = false;
  readonly read = new Int64();
  readonly id = new StreamId();

  /** Reads the options from argument 5 on. */
  parse(request: Request, reply: Reply, isCreate: boolean): boolean {
    const { buffer, starts, ends, count } = request;
    this.makesStream = false;
    this.read.high = UNKNOWN_READ;
    this.read.low = UNKNOWN_READ;
    for (let i = 5; i < count; ) {
      if (isCreate && request.is(i, 'mkstream')) {
        this.makesStream = true;
        i++;
      } else if (request.is(i, 'entriesread') && i + 1 < count) {
        const given = request.integer(i + 1, reply);
        if (isRefused(given)) return false;
        if (given < -1) {
          reply.error(NEGATIVE_READ);
          return false;
        }
        this.read.parse(buffer, starts[i + 1], ends[i + 1]);
        i += 2;
      } else {
        refuseCall(request, reply);
        return false;
      }
    }
    return true;
  }
}

const XGROUP_CREATE: CommandEntry = {
  name: 'CREATE',
  flags: WRITE | DENYOOM,
  args: [
    key('key', RW | INSERT),
    string('group'),
    ID_SELECTOR,
    optional(token('mkstream', 'MKSTREAM')),
    optional(integer('entries-read', { token: 'ENTRIESREAD' })),
  ],
  run: xgroupCreate,
};

function xgroupCreate(context: Context, request: Request, reply: Reply): void {
  const { database, streams, scratch } = context;
  const { buffer, starts, ends } = request;
  const { groups, group } = streams;
  const options = scratch.of(GroupOptions);
  if (!options.parse(request, reply, true)) return;
  const isThere = changeStream(context, request, reply, 2);
  if (isRefused(isThere)) return;
  if (!isThere && !options.makesStream) return reply.error(NO_KEY);
  if (request.count > CREATE_WORDS_MAX) return refuseCall(request, reply);
  const { id } = options;
  if (request.is(4, '$')) {
    if (isThere) id.take(streams.lastId);
    else id.setLeast();
  } else if (!parseId(request, 4, id, reply)) return;
  if (!isThere) streams.create(database, buffer, starts[2], ends[2]);
  if (openGroup(context, request, 3) !== NONE) return reply.error(BUSY);
  streams.changesUntold();
  group.open(groups.add(streams.root, buffer, starts[3], ends[3]));
  store(context, options);
  reply.ok();
  streams.changed(isThere ? EVENT_XGROUP_CREATE : EVENT_XGROUP_CREATE_STREAM, 1);
}

/** The group has read as far as was said. */
function store({ streams }: Context, { id, read }: GroupOptions): void {
  const { group } = streams;
  group.lastId.take(id);
  group.readHigh = read.high;
  group.readLow = read.low;
  group.store();
}

const XGROUP_CREATECONSUMER: CommandEntry = {
  name: 'CREATECONSUMER',
  flags: WRITE | DENYOOM,
  args: [key('key', RW | INSERT), string('group'), string('consumer')],
  run: xgroupCreateconsumer,
};

function xgroupCreateconsumer(context: Context, request: Request, reply: Reply): void {
  if (changeGroup(context, request, reply, true) === NONE) return;
  if (findConsumer(context, request, 4) !== NONE) return reply.integer(0);
  addConsumer(context, request, 4);
  reply.integer(1);
}

const XGROUP_DESTROY: CommandEntry = {
  name: 'DESTROY',
  flags: WRITE,
  args: [key('key', RW | DELETE), string('group')],
  run: xgroupDestroy,
};

function xgroupDestroy(context: Context, request: Request, reply: Reply): void {
  const { streams } = context;
  const group = changeGroup(context, request, reply, false);
  if (group === NONE) return;
  streams.removeFoundGroup(group);
  reply.integer(1);
  streams.changed(EVENT_XGROUP_DESTROY, 1);
}

const XGROUP_HELP = helpEntry('XGROUP', () => HELP);

const XGROUP_SETID: CommandEntry = {
  name: 'SETID',
  flags: WRITE,
  args: [
    key('key', RW | UPDATE),
    string('group'),
    ID_SELECTOR,
    optional(integer('entriesread', { token: 'ENTRIESREAD', displayText: 'entries-read' })),
  ],
  run: xgroupSetid,
};

function xgroupSetid(context: Context, request: Request, reply: Reply): void {
  const { streams, scratch } = context;
  const options = scratch.of(GroupOptions);
  if (!options.parse(request, reply, false)) return;
  if (changeGroup(context, request, reply, true) === NONE) return;
  if (request.count > SETID_WORDS_MAX) return refuseCall(request, reply);
  if (request.is(4, '$')) options.id.take(streams.lastId);
  else if (!parseAnyId(request, 4, options.id, reply)) return;
  store(context, options);
  reply.ok();
  streams.changed(EVENT_XGROUP_SETID, 1);
}

function refuseCall(request: Request, reply: Reply): void {
  reply.error(badSubcommandCall(request.textUntilNul(1), 'XGROUP'));
}

const HELP = [
  'CREATE <key> <groupname> <id|$> [option]',
  '    Create a new consumer group. Options are:',
  '    * MKSTREAM',
  '      Create the empty stream if it does not exist.',
  '    * ENTRIESREAD entries_read',
  "      Set the group's entries_read counter (internal use).",
  'CREATECONSUMER <key> <groupname> <consumer>',
  '    Create a new consumer in the specified group.',
  'DELCONSUMER <key> <groupname> <consumer>',
  '    Remove the specified consumer.',
  'DESTROY <key> <groupname>',
  '    Remove the specified group.',
  'SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]',
  '    Set the current group ID and entries_read counter.',
];

const XGROUP: CommandEntry = {
  name: 'XGROUP',
  flags: 0,
  args: [],
  subcommands: [
    XGROUP_CREATE,
    XGROUP_CREATECONSUMER,
    XGROUP_DELCONSUMER,
    XGROUP_DESTROY,
    XGROUP_HELP,
    XGROUP_SETID,
  ],
};

export const STREAM_GROUP_COMMANDS: readonly CommandEntry[] = [XGROUP];
