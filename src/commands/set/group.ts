// The group `set`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { SET_ALGEBRA_COMMANDS } from './algebra.ts';
import { SET_DOCUMENTATION } from './documentation.ts';
import { SET_MEMBER_COMMANDS } from './members.ts';
import { SET_RANDOM_COMMANDS } from './random.ts';
import { SET_SCAN_COMMANDS } from './scan.ts';

export const SET_GROUP: readonly CommandDeclaration[] = documented(
  'set',
  [...SET_MEMBER_COMMANDS, ...SET_ALGEBRA_COMMANDS, ...SET_RANDOM_COMMANDS, ...SET_SCAN_COMMANDS],
  SET_DOCUMENTATION,
);
