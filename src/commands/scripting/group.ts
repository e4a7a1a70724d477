// The group `scripting`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { SCRIPTING_DOCUMENTATION } from './documentation.ts';
import { EVAL_COMMANDS } from './eval.ts';
import { FCALL_COMMANDS } from './fcall.ts';
import { FUNCTION_COMMANDS } from './function.ts';
import { SCRIPT_COMMANDS } from './script.ts';

export const SCRIPTING_GROUP: readonly CommandDeclaration[] = documented(
  'scripting',
  [...EVAL_COMMANDS, ...FCALL_COMMANDS, ...FUNCTION_COMMANDS, ...SCRIPT_COMMANDS],
  SCRIPTING_DOCUMENTATION,
);
