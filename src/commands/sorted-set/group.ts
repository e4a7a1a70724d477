// The group `sorted-set`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { SORTED_SET_ADD_COMMANDS } from './add.ts';
import { SORTED_SET_ALGEBRA_COMMANDS } from './algebra.ts';
import { SORTED_SET_DOCUMENTATION } from './documentation.ts';
import { SORTED_SET_RANDOM_COMMANDS } from './random.ts';
import { SORTED_SET_RANGE_COMMANDS } from './range.ts';
import { SORTED_SET_REMOVE_COMMANDS } from './remove.ts';
import { SORTED_SET_SCAN_COMMANDS } from './scan.ts';
import { SORTED_SET_SINGLE_COMMANDS } from './single.ts';

export const SORTED_SET_GROUP: readonly CommandDeclaration[] = documented(
  'sorted-set',
  [
    ...SORTED_SET_ADD_COMMANDS,
    ...SORTED_SET_ALGEBRA_COMMANDS,
    ...SORTED_SET_RANDOM_COMMANDS,
    ...SORTED_SET_RANGE_COMMANDS,
    ...SORTED_SET_REMOVE_COMMANDS,
    ...SORTED_SET_SCAN_COMMANDS,
    ...SORTED_SET_SINGLE_COMMANDS,
  ],
  SORTED_SET_DOCUMENTATION,
);
