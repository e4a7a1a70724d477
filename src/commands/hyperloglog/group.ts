// The group `hyperloglog`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { HYPERLOGLOG_COMMANDS } from './count.ts';
import { HYPERLOGLOG_DEBUG_COMMANDS } from './debug.ts';
import { HYPERLOGLOG_DOCUMENTATION } from './documentation.ts';

export const HYPERLOGLOG_GROUP: readonly CommandDeclaration[] = documented(
  'hyperloglog',
  [...HYPERLOGLOG_COMMANDS, ...HYPERLOGLOG_DEBUG_COMMANDS],
  HYPERLOGLOG_DOCUMENTATION,
);
