// All command groups, nothing else.
import type { CommandDeclaration } from '../engine/command.ts';
import { CLIENT_COMMANDS } from './client.ts';
import { COMMAND_COMMANDS } from './command.ts';
import { CONFIG_COMMANDS } from './config.ts';
import { CONNECTION_COMMANDS } from './connection.ts';
import { DEBUG_COMMANDS } from './debug.ts';
import { FUNCTION_COMMANDS } from './function.ts';
import { GENERIC_COMMANDS } from './generic.ts';
import { GENERIC_EXPIRE_COMMANDS } from './generic-expire.ts';
import { OBJECT_COMMANDS } from './generic-object.ts';
import { GENERIC_SCAN_COMMANDS } from './generic-scan.ts';
import { INFO_COMMANDS } from './info.ts';
import { LATENCY_COMMANDS } from './latency.ts';
import { LOLWUT_COMMANDS } from './lolwut.ts';
import { MEMORY_COMMANDS } from './memory.ts';
import { MONITOR_COMMANDS } from './monitor.ts';
import { SERVER_COMMANDS } from './server.ts';
import { SLOWLOG_COMMANDS } from './slowlog.ts';
import { STRING_COMMANDS } from './string.ts';
import { STRING_LCS_COMMANDS } from './string-lcs.ts';
import { STRING_MANY_COMMANDS } from './string-many.ts';
import { STRING_NUMBER_COMMANDS } from './string-number.ts';
import { STRING_RANGE_COMMANDS } from './string-range.ts';
import { TRANSACTION_COMMANDS } from './transactions/transactions.ts';

export const ALL_COMMANDS: readonly CommandDeclaration[] = [
  ...CLIENT_COMMANDS,
  ...COMMAND_COMMANDS,
  ...CONFIG_COMMANDS,
  ...CONNECTION_COMMANDS,
  ...DEBUG_COMMANDS,
  ...FUNCTION_COMMANDS,
  ...GENERIC_COMMANDS,
  ...GENERIC_EXPIRE_COMMANDS,
  ...OBJECT_COMMANDS,
  ...GENERIC_SCAN_COMMANDS,
  ...INFO_COMMANDS,
  ...LATENCY_COMMANDS,
  ...LOLWUT_COMMANDS,
  ...MEMORY_COMMANDS,
  ...MONITOR_COMMANDS,
  ...SERVER_COMMANDS,
  ...SLOWLOG_COMMANDS,
  ...STRING_COMMANDS,
  ...STRING_LCS_COMMANDS,
  ...STRING_MANY_COMMANDS,
  ...STRING_NUMBER_COMMANDS,
  ...STRING_RANGE_COMMANDS,
  ...TRANSACTION_COMMANDS,
];
