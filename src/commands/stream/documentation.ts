// What COMMAND DOCS says of the stream commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const STREAM_DOCUMENTATION: Documentations = () => ({
  XACK: {
    summary:
      'Returns the number of messages that were successfully acknowledged by the consumer group ' +
      'member of a stream.',
    since: '5.0.0',
    complexity: 'O(1) for each message ID processed.',
  },
  XADD: {
    summary: "Appends a new message to a stream. Creates the key if it doesn't exist.",
    since: '5.0.0',
    complexity:
      'O(1) when adding a new entry, O(N) when trimming where N being the number of entries ' +
      'evicted.',
    history: [
      ['6.2.0', 'Added the `NOMKSTREAM` option, `MINID` trimming strategy and the `LIMIT` option.'],
      ['7.0.0', 'Added support for the `<ms>-*` explicit ID form.'],
    ],
  },
  XAUTOCLAIM: {
    summary:
      'Changes, or acquires, ownership of messages in a consumer group, as if the messages were ' +
      'delivered to as consumer group member.',
    since: '6.2.0',
    complexity: 'O(1) if COUNT is small.',
    history: [
      [
        '7.0.0',
        'Added an element to the reply array, containing deleted entries the command cleared ' +
          'from the PEL',
      ],
    ],
  },
  XCLAIM: {
    summary:
      'Changes, or acquires, ownership of a message in a consumer group, as if the message was ' +
      'delivered a consumer group member.',
    since: '5.0.0',
    complexity: 'O(log N) with N being the number of messages in the PEL of the consumer group.',
  },
  XDEL: {
    summary: 'Returns the number of messages after removing them from a stream.',
    since: '5.0.0',
    complexity: 'O(1) for each single item to delete in the stream, regardless of the stream size.',
  },
  XGROUP: {
    summary: 'A container for consumer groups commands.',
    since: '5.0.0',
    complexity: 'Depends on subcommand.',
  },
  'XGROUP|CREATE': {
    summary: 'Creates a consumer group.',
    since: '5.0.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added the `entries_read` named argument.']],
  },
  'XGROUP|CREATECONSUMER': {
    summary: 'Creates a consumer in a consumer group.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  'XGROUP|DELCONSUMER': {
    summary: 'Deletes a consumer from a consumer group.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'XGROUP|DESTROY': {
    summary: 'Destroys a consumer group.',
    since: '5.0.0',
    complexity: "O(N) where N is the number of entries in the group's pending entries list (PEL).",
  },
  'XGROUP|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'XGROUP|SETID': {
    summary: 'Sets the last-delivered ID of a consumer group.',
    since: '5.0.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added the optional `entries_read` argument.']],
  },
  XINFO: {
    summary: 'A container for stream introspection commands.',
    since: '5.0.0',
    complexity: 'Depends on subcommand.',
  },
  'XINFO|CONSUMERS': {
    summary: 'Returns a list of the consumers in a consumer group.',
    since: '5.0.0',
    complexity: 'O(1)',
    history: [['7.2.0', 'Added the `inactive` field.']],
  },
  'XINFO|GROUPS': {
    summary: 'Returns a list of the consumer groups of a stream.',
    since: '5.0.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added the `entries-read` and `lag` fields']],
  },
  'XINFO|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  'XINFO|STREAM': {
    summary: 'Returns information about a stream.',
    since: '5.0.0',
    complexity: 'O(1)',
    history: [
      ['6.0.0', 'Added the `FULL` modifier.'],
      [
        '7.0.0',
        'Added the `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, ' +
          '`entries-read` and `lag` fields',
      ],
      ['7.2.0', 'Added the `active-time` field, and changed the meaning of `seen-time`.'],
    ],
  },
  XLEN: {
    summary: 'Return the number of messages in a stream.',
    since: '5.0.0',
    complexity: 'O(1)',
  },
  XPENDING: {
    summary:
      "Returns the information and entries from a stream consumer group's pending entries list.",
    since: '5.0.0',
    complexity:
      'O(N) with N being the number of elements returned, so asking for a small fixed number of ' +
      'entries per call is O(1). O(M), where M is the total number of entries scanned when used ' +
      'with the IDLE filter. When the command returns just the summary and the list of consumers ' +
      'is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every ' +
      'consumer.',
    history: [['6.2.0', 'Added the `IDLE` option and exclusive range intervals.']],
  },
  XRANGE: {
    summary: 'Returns the messages from a stream within a range of IDs.',
    since: '5.0.0',
    complexity:
      'O(N) with N being the number of elements being returned. If N is constant (e.g. always ' +
      'asking for the first 10 elements with COUNT), you can consider it O(1).',
    history: [['6.2.0', 'Added exclusive ranges.']],
  },
  XREAD: {
    summary:
      'Returns messages from multiple streams with IDs greater than the ones requested. Blocks ' +
      'until a message is available otherwise.',
    since: '5.0.0',
  },
  XREADGROUP: {
    summary:
      'Returns new or historical messages from a stream for a consumer in a group. Blocks until ' +
      'a message is available otherwise.',
    since: '5.0.0',
    complexity:
      'For each stream mentioned: O(M) with M being the number of elements returned. If M is ' +
      'constant (e.g. always asking for the first 10 elements with COUNT), you can consider it ' +
      'O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) time in order to ' +
      'serve the N clients blocked on the stream getting new data.',
  },
  XREVRANGE: {
    summary: 'Returns the messages from a stream within a range of IDs in reverse order.',
    since: '5.0.0',
    complexity:
      'O(N) with N being the number of elements returned. If N is constant (e.g. always asking ' +
      'for the first 10 elements with COUNT), you can consider it O(1).',
    history: [['6.2.0', 'Added exclusive ranges.']],
  },
  XSETID: {
    summary: 'An internal command for replicating stream values.',
    since: '5.0.0',
    complexity: 'O(1)',
    history: [['7.0.0', 'Added the `entries_added` and `max_deleted_entry_id` arguments.']],
  },
  XTRIM: {
    summary: 'Deletes messages from the beginning of a stream.',
    since: '5.0.0',
    complexity:
      'O(N), with N being the number of evicted entries. Constant times are very small however, ' +
      'since entries are organized in macro nodes containing multiple entries that can be ' +
      'released with a single deallocation.',
    history: [['6.2.0', 'Added the `MINID` trimming strategy and the `LIMIT` option.']],
  },
});
