// The group `generic`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { GENERIC_COPY_COMMANDS } from './copy.ts';
import { GENERIC_DOCUMENTATION } from './documentation.ts';
import { GENERIC_DUMP_COMMANDS } from './dump.ts';
import { GENERIC_EXPIRE_COMMANDS } from './expire.ts';
import { GENERIC_SEARCH_COMMANDS } from './key-search.ts';
import { GENERIC_COMMANDS } from './keys.ts';
import { OBJECT_COMMANDS } from './object.ts';
import { GENERIC_RESTORE_COMMANDS } from './restore.ts';
import { GENERIC_SCAN_COMMANDS } from './scan.ts';
import { GENERIC_SORT_COMMANDS } from './sort.ts';

export const GENERIC_GROUP: readonly CommandDeclaration[] = documented(
  'generic',
  [
    ...GENERIC_EXPIRE_COMMANDS,
    ...GENERIC_COMMANDS,
    ...GENERIC_COPY_COMMANDS,
    ...GENERIC_DUMP_COMMANDS,
    ...GENERIC_RESTORE_COMMANDS,
    ...OBJECT_COMMANDS,
    ...GENERIC_SCAN_COMMANDS,
    ...GENERIC_SEARCH_COMMANDS,
    ...GENERIC_SORT_COMMANDS,
  ],
  GENERIC_DOCUMENTATION,
);
