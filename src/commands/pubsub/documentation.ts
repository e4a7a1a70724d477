// What COMMAND DOCS says of the pubsub commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const PUBSUB_DOCUMENTATION: Documentations = () => ({
  PSUBSCRIBE: {
    summary: 'Listens for messages published to channels that match one or more patterns.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of patterns to subscribe to.',
  },
  PUBLISH: {
    summary: 'Posts a message to a channel.',
    since: '2.0.0',
    complexity:
      'O(N+M) where N is the number of clients subscribed to the receiving channel and M is the ' +
      'total number of subscribed patterns (by any client).',
  },
  PUBSUB: {
    summary: 'A container for Pub/Sub commands.',
    since: '2.8.0',
    complexity: 'Depends on subcommand.',
  },
  'PUBSUB|CHANNELS': {
    summary: 'Returns the active channels.',
    since: '2.8.0',
    complexity:
      'O(N) where N is the number of active channels, and assuming constant time pattern ' +
      'matching (relatively short channels and patterns)',
  },
  'PUBSUB|HELP': {
    summary: 'Returns helpful text about the different subcommands.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  'PUBSUB|NUMPAT': {
    summary: 'Returns a count of unique pattern subscriptions.',
    since: '2.8.0',
    complexity: 'O(1)',
  },
  'PUBSUB|NUMSUB': {
    summary: 'Returns a count of subscribers to channels.',
    since: '2.8.0',
    complexity: 'O(N) for the NUMSUB subcommand, where N is the number of requested channels',
  },
  'PUBSUB|SHARDCHANNELS': {
    summary: 'Returns the active shard channels.',
    since: '7.0.0',
    complexity:
      'O(N) where N is the number of active shard channels, and assuming constant time ' +
      'pattern matching (relatively short shard channels).',
  },
  'PUBSUB|SHARDNUMSUB': {
    summary: 'Returns the count of subscribers of shard channels.',
    since: '7.0.0',
    complexity:
      'O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels',
  },
  PUNSUBSCRIBE: {
    summary: 'Stops listening to messages published to channels that match one or more patterns.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of patterns to unsubscribe.',
  },
  SPUBLISH: {
    summary: 'Post a message to a shard channel',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of clients subscribed to the receiving shard channel.',
  },
  SSUBSCRIBE: {
    summary: 'Listens for messages published to shard channels.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of shard channels to subscribe to.',
  },
  SUBSCRIBE: {
    summary: 'Listens for messages published to channels.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of channels to subscribe to.',
  },
  SUNSUBSCRIBE: {
    summary: 'Stops listening to messages posted to shard channels.',
    since: '7.0.0',
    complexity: 'O(N) where N is the number of shard channels to unsubscribe.',
  },
  UNSUBSCRIBE: {
    summary: 'Stops listening to messages posted to channels.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of channels to unsubscribe.',
  },
});
