// The group `list`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { LIST_DOCUMENTATION } from './documentation.ts';
import { LIST_END_COMMANDS } from './ends.ts';
import { LIST_ITEM_COMMANDS } from './items.ts';
import { LIST_MANY_COMMANDS } from './many.ts';
import { LIST_MOVE_COMMANDS } from './moves.ts';
import { LIST_POSITION_COMMANDS } from './position.ts';

export const LIST_GROUP: readonly CommandDeclaration[] = documented(
  'list',
  [
    ...LIST_END_COMMANDS,
    ...LIST_ITEM_COMMANDS,
    ...LIST_MANY_COMMANDS,
    ...LIST_MOVE_COMMANDS,
    ...LIST_POSITION_COMMANDS,
  ],
  LIST_DOCUMENTATION,
);
