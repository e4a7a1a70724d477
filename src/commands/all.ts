// All command groups, nothing else.
import type { CommandDeclaration } from '../engine/command.ts';
import { STRING_COMMANDS } from './string.ts';

export const ALL_COMMANDS: readonly CommandDeclaration[] = [
  ...STRING_COMMANDS,
  {
    name: 'PING',
    group: 'connection',
    since: '1.0.0',
    complexity: 'O(1)',
    summary: 'x',
    flags: 1 << 23,
    args: [],
    arity: -1,
    run: (_c, _r, reply) => reply.simple('PONG'),
  },
];
