// What COMMAND DOCS says of the connection commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const CONNECTION_DOCUMENTATION: Documentations = () => ({
  AUTH: {
    summary: 'Authenticates the connection.',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of passwords defined for the user',
    history: [['6.0.0', 'Added ACL style (username and password).']],
  },
  CLIENT: {
    summary: 'A container for client connection commands.',
    since: '2.4.0',
    complexity: 'Depends on subcommand.',
  },
  'CLIENT|CACHING': {
    summary: 'Instructs the server whether to track the keys in the next request.',
    since: '6.0.0',
    complexity: 'O(1)',
  },
  'CLIENT|GETNAME': {
    summary: 'Returns the name of the connection.',
    since: '2.6.9',
    complexity: 'O(1)',
  },
  'CLIENT|GETREDIR': {
    summary:
      "Returns the client ID to which the connection's tracking notifications are redirected.",
    since: '6.0.0',
    complexity: 'O(1)',
  },
  'CLIENT|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'CLIENT|ID': {
    summary: 'Returns the unique client ID of the connection.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'CLIENT|INFO': {
    summary: 'Returns information about the connection.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  'CLIENT|KILL': {
    summary: 'Terminates open connections.',
    since: '2.4.0',
    complexity: 'O(N) where N is the number of client connections',
    history: [
      ['2.8.12', 'Added new filter format.'],
      ['2.8.12', '`ID` option.'],
      ['3.2.0', 'Added `master` type in for `TYPE` option.'],
      [
        '5.0.0',
        'Replaced `slave` `TYPE` with `replica`. `slave` still supported for backward ' +
          'compatibility.',
      ],
      ['6.2.0', '`LADDR` option.'],
    ],
  },
  'CLIENT|LIST': {
    summary: 'Lists open connections.',
    since: '2.4.0',
    complexity: 'O(N) where N is the number of client connections',
    history: [
      ['2.8.12', 'Added unique client `id` field.'],
      ['5.0.0', 'Added optional `TYPE` filter.'],
      ['6.0.0', 'Added `user` field.'],
      [
        '6.2.0',
        'Added `argv-mem`, `tot-mem`, `laddr` and `redir` fields and the optional `ID` filter.',
      ],
      ['7.0.0', 'Added `resp`, `multi-mem`, `rbs` and `rbp` fields.'],
      ['7.0.3', 'Added `ssub` field.'],
    ],
  },
  'CLIENT|NO-EVICT': {
    summary: 'Sets the client eviction mode of the connection.',
    since: '7.0.0',
    complexity: 'O(1)',
  },
  'CLIENT|NO-TOUCH': {
    summary: 'Controls whether commands sent by the client affect the LRU/LFU of accessed keys.',
    since: '7.2.0',
    complexity: 'O(1)',
  },
  'CLIENT|PAUSE': {
    summary: 'Suspends commands processing.',
    since: '3.0.0',
    complexity: 'O(1)',
    history: [['6.2.0', '`CLIENT PAUSE WRITE` mode added along with the `mode` option.']],
  },
  'CLIENT|REPLY': {
    summary: 'Instructs the server whether to reply to commands.',
    since: '3.2.0',
    complexity: 'O(1)',
  },
  'CLIENT|SETINFO': {
    summary: 'Sets information specific to the client or connection.',
    since: '7.2.0',
    complexity: 'O(1)',
  },
  'CLIENT|SETNAME': {
    summary: 'Sets the connection name.',
    since: '2.6.9',
    complexity: 'O(1)',
  },
  'CLIENT|TRACKING': {
    summary: 'Controls server-assisted client-side caching for the connection.',
    since: '6.0.0',
    complexity: 'O(1). Some options may introduce additional complexity.',
  },
  'CLIENT|TRACKINGINFO': {
    summary: 'Returns information about server-assisted client-side caching for the connection.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  'CLIENT|UNBLOCK': {
    summary: 'Unblocks a client blocked by a blocking command from a different connection.',
    since: '5.0.0',
    complexity: 'O(log N) where N is the number of client connections',
  },
  'CLIENT|UNPAUSE': {
    summary: 'Resumes processing commands from paused clients.',
    since: '6.2.0',
    complexity: 'O(N) Where N is the number of paused clients',
  },
  ECHO: {
    summary: 'Returns the given string.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  HELLO: {
    summary: 'Handshakes with the Redis server.',
    since: '6.0.0',
    complexity: 'O(1)',
    history: [
      [
        '6.2.0',
        '`protover` made optional; when called without arguments the command reports the current ' +
          "connection's context.",
      ],
    ],
  },
  PING: {
    summary: "Returns the server's liveliness response.",
    since: '1.0.0',
    complexity: 'O(1)',
  },
  QUIT: {
    summary: 'Closes the connection.',
    since: '1.0.0',
    complexity: 'O(1)',
    deprecatedSince: '7.2.0',
    replacedBy: 'just closing the connection',
  },
  RESET: {
    summary: 'Resets the connection.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  SELECT: {
    summary: 'Changes the selected database.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
});
