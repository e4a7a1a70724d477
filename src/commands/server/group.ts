// The group `server`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { COMMAND_COMMANDS } from './command.ts';
import { CONFIG_COMMANDS } from './config.ts';
import { DEBUG_COMMANDS } from './debug.ts';
import { SERVER_DOCUMENTATION } from './documentation.ts';
import { INFO_COMMANDS } from './info.ts';
import { LATENCY_COMMANDS } from './latency.ts';
import { LOLWUT_COMMANDS } from './lolwut.ts';
import { MEMORY_COMMANDS } from './memory.ts';
import { MODULE_COMMANDS } from './module.ts';
import { MONITOR_COMMANDS } from './monitor.ts';
import { REWRITE_COMMANDS } from './rewrite.ts';
import { SAVE_COMMANDS } from './save.ts';
import { SERVER_COMMANDS } from './server.ts';
import { SLOWLOG_COMMANDS } from './slowlog.ts';

export const SERVER_GROUP: readonly CommandDeclaration[] = documented(
  'server',
  [
    ...COMMAND_COMMANDS,
    ...CONFIG_COMMANDS,
    ...DEBUG_COMMANDS,
    ...INFO_COMMANDS,
    ...LATENCY_COMMANDS,
    ...LOLWUT_COMMANDS,
    ...MEMORY_COMMANDS,
    ...MODULE_COMMANDS,
    ...MONITOR_COMMANDS,
    ...REWRITE_COMMANDS,
    ...SAVE_COMMANDS,
    ...SERVER_COMMANDS,
    ...SLOWLOG_COMMANDS,
  ],
  SERVER_DOCUMENTATION,
);
