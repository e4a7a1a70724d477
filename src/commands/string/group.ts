// The group `string`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { STRING_DOCUMENTATION } from './documentation.ts';
import { STRING_LCS_COMMANDS } from './lcs.ts';
import { STRING_MANY_COMMANDS } from './many.ts';
import { STRING_NUMBER_COMMANDS } from './number.ts';
import { STRING_RANGE_COMMANDS } from './range.ts';
import { STRING_COMMANDS } from './single.ts';

export const STRING_GROUP: readonly CommandDeclaration[] = documented(
  'string',
  [
    ...STRING_LCS_COMMANDS,
    ...STRING_MANY_COMMANDS,
    ...STRING_NUMBER_COMMANDS,
    ...STRING_RANGE_COMMANDS,
    ...STRING_COMMANDS,
  ],
  STRING_DOCUMENTATION,
);
