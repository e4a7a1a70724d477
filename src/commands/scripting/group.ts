// The group `scripting`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { SCRIPTING_DOCUMENTATION } from './documentation.ts';
import { FUNCTION_COMMANDS } from './function.ts';

export const SCRIPTING_GROUP: readonly CommandDeclaration[] = documented(
  'scripting',
  [...FUNCTION_COMMANDS],
  SCRIPTING_DOCUMENTATION,
);
