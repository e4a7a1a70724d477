// The group `geo`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { GEO_ADD_COMMANDS } from './add.ts';
import { GEO_DOCUMENTATION } from './documentation.ts';
import { GEO_RADIUS_COMMANDS } from './radius.ts';
import { GEO_SEARCH_COMMANDS } from './search.ts';
import { GEO_SINGLE_COMMANDS } from './single.ts';

export const GEO_GROUP: readonly CommandDeclaration[] = documented(
  'geo',
  [...GEO_ADD_COMMANDS, ...GEO_RADIUS_COMMANDS, ...GEO_SEARCH_COMMANDS, ...GEO_SINGLE_COMMANDS],
  GEO_DOCUMENTATION,
);
