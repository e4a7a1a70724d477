// The group `pubsub`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { PUBSUB_DOCUMENTATION } from './documentation.ts';
import { PUBLISH_COMMANDS } from './publish.ts';
import { PUBSUB_COMMANDS } from './pubsub.ts';
import { SUBSCRIBE_COMMANDS } from './subscribe.ts';

export const PUBSUB_GROUP: readonly CommandDeclaration[] = documented(
  'pubsub',
  [...PUBLISH_COMMANDS, ...PUBSUB_COMMANDS, ...SUBSCRIBE_COMMANDS],
  PUBSUB_DOCUMENTATION,
);
