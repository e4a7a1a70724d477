// What COMMAND INFO and the ACL call a command: the names of its flags, and its categories, which
// follow from its flags and its group.
import {
  ADMIN,
  ALLOW_BUSY,
  ASKING,
  BLOCKING,
  type Command,
  type CommandGroup,
  DENYOOM,
  FAST,
  LOADING,
  MOVABLE_KEYS,
  NO_ASYNC_LOADING,
  NO_AUTH,
  NO_MANDATORY_KEYS,
  NO_MULTI,
  NOSCRIPT,
  PUBSUB,
  READONLY,
  SKIP_MONITOR,
  SKIP_SLOWLOG,
  STALE,
  WRITE,
} from '../command.ts';
import { legacyRangeOf } from './key-specifications.ts';

/** The flags that are shown, in the order in which Redis prints them. */
const FLAG_NAMES: readonly (readonly [flag: number, name: string])[] = [
  [WRITE, 'write'],
  [READONLY, 'readonly'],
  [DENYOOM, 'denyoom'],
  [ADMIN, 'admin'],
  [PUBSUB, 'pubsub'],
  [NOSCRIPT, 'noscript'],
  [BLOCKING, 'blocking'],
  [LOADING, 'loading'],
  [STALE, 'stale'],
  [SKIP_MONITOR, 'skip_monitor'],
  [SKIP_SLOWLOG, 'skip_slowlog'],
  [ASKING, 'asking'],
  [FAST, 'fast'],
  [NO_AUTH, 'no_auth'],
  [NO_MANDATORY_KEYS, 'no_mandatory_keys'],
  [NO_ASYNC_LOADING, 'no_async_loading'],
  [NO_MULTI, 'no_multi'],
  [MOVABLE_KEYS, 'movablekeys'],
  [ALLOW_BUSY, 'allow_busy'],
];

/** All ACL categories, in the order in which Redis prints them. */
const CATEGORIES = [
  'keyspace',
  'read',
  'write',
  'set',
  'sortedset',
  'list',
  'hash',
  'string',
  'bitmap',
  'hyperloglog',
  'geo',
  'stream',
  'pubsub',
  'admin',
  'fast',
  'slow',
  'blocking',
  'dangerous',
  'connection',
  'transaction',
  'scripting',
];

/**
 * Groups whose commands are in a category of their own; those of the others say theirs themselves.
 */
const GROUP_CATEGORIES: Partial<Record<CommandGroup, string>> = {
  generic: 'keyspace',
  string: 'string',
  list: 'list',
  set: 'set',
  'sorted-set': 'sortedset',
  hash: 'hash',
  bitmap: 'bitmap',
  hyperloglog: 'hyperloglog',
  geo: 'geo',
  stream: 'stream',
  transactions: 'transaction',
  scripting: 'scripting',
  connection: 'connection',
};

const GROUP_CATEGORY_NAMES = Object.values(GROUP_CATEGORIES);

/** The flags of a command as COMMAND INFO names them. */
export function flagNames(command: Command): string[] {
  const isMovable = legacyRangeOf(command.keySpecifications).isMovable;
  const flags = command.flags | (isMovable ? MOVABLE_KEYS : 0);
  return FLAG_NAMES.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
}

/** The ACL categories of a command, without the `@`. */
export function categoriesOf(command: Command): string[] {
  const { flags, declaration } = command;
  const found = new Set(declaration.categories ?? []);
  const ofGroup = GROUP_CATEGORIES[declaration.group];
  // A container is not a command that anybody runs, so it is in no group's category.
  if (ofGroup !== undefined && command.subcommands === null) {
    if (!GROUP_CATEGORY_NAMES.some((name) => found.has(name))) found.add(ofGroup);
  }
  if ((flags & WRITE) !== 0) found.add('write');
  // Scripts may do anything, whatever they are flagged as.
  if ((flags & READONLY) !== 0 && !found.has('scripting')) found.add('read');
  if ((flags & ADMIN) !== 0) found.add('admin').add('dangerous');
  if ((flags & PUBSUB) !== 0) found.add('pubsub');
  if ((flags & BLOCKING) !== 0) found.add('blocking');
  found.add((flags & FAST) !== 0 ? 'fast' : 'slow');
  return CATEGORIES.filter((name) => found.has(name));
}
