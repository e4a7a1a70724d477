// The group `stream`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { STREAM_ADD_COMMANDS } from './add.ts';
import { STREAM_CLAIM_COMMANDS } from './claim.ts';
import { STREAM_DOCUMENTATION } from './documentation.ts';
import { STREAM_ENTRY_COMMANDS } from './entries.ts';
import { STREAM_GROUP_COMMANDS } from './groups.ts';
import { STREAM_INFO_COMMANDS } from './info.ts';
import { STREAM_PENDING_COMMANDS } from './pending.ts';
import { STREAM_READ_COMMANDS } from './read.ts';
import { STREAM_READ_GROUP_COMMANDS } from './read-group.ts';

export const STREAM_GROUP: readonly CommandDeclaration[] = documented(
  'stream',
  [
    ...STREAM_ADD_COMMANDS,
    ...STREAM_CLAIM_COMMANDS,
    ...STREAM_ENTRY_COMMANDS,
    ...STREAM_GROUP_COMMANDS,
    ...STREAM_INFO_COMMANDS,
    ...STREAM_PENDING_COMMANDS,
    ...STREAM_READ_COMMANDS,
    ...STREAM_READ_GROUP_COMMANDS,
  ],
  STREAM_DOCUMENTATION,
);
