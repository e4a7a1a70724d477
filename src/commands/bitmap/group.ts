// The group `bitmap`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { BIT_COMMANDS } from './bit.ts';
import { BITMAP_DOCUMENTATION } from './documentation.ts';
import { BITFIELD_COMMANDS } from './field.ts';
import { BITOP_COMMANDS } from './operation.ts';
import { BIT_RANGE_COMMANDS } from './range.ts';

export const BITMAP_GROUP: readonly CommandDeclaration[] = documented(
  'bitmap',
  [...BIT_COMMANDS, ...BITFIELD_COMMANDS, ...BITOP_COMMANDS, ...BIT_RANGE_COMMANDS],
  BITMAP_DOCUMENTATION,
);
