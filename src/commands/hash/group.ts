// The group `hash`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { HASH_DOCUMENTATION } from './documentation.ts';
import { HASH_EXPIRE_COMMANDS } from './expire.ts';
import { HASH_FIELD_COMMANDS } from './fields.ts';
import { HASH_GET_SET_COMMANDS } from './get-set.ts';
import { HASH_NUMBER_COMMANDS } from './number.ts';
import { HASH_RANDOM_COMMANDS } from './random.ts';
import { HASH_SCAN_COMMANDS } from './scan.ts';
import { HASH_WHOLE_COMMANDS } from './whole.ts';

export const HASH_GROUP: readonly CommandDeclaration[] = documented(
  'hash',
  [
    ...HASH_EXPIRE_COMMANDS,
    ...HASH_FIELD_COMMANDS,
    ...HASH_GET_SET_COMMANDS,
    ...HASH_NUMBER_COMMANDS,
    ...HASH_RANDOM_COMMANDS,
    ...HASH_SCAN_COMMANDS,
    ...HASH_WHOLE_COMMANDS,
  ],
  HASH_DOCUMENTATION,
);
