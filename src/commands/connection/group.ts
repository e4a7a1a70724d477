// The group `connection`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { CLIENT_COMMANDS } from './client.ts';
import { CONNECTION_COMMANDS } from './connection.ts';
import { CONNECTION_DOCUMENTATION } from './documentation.ts';

export const CONNECTION_GROUP: readonly CommandDeclaration[] = documented(
  'connection',
  [...CLIENT_COMMANDS, ...CONNECTION_COMMANDS],
  CONNECTION_DOCUMENTATION,
);
