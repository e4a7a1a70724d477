// PUBLISH and SPUBLISH: a message to all who are subscribed. The answer is how many they are.
import {
  type CommandEntry,
  type Context,
  FAST,
  LOADING,
  MAY_REPLICATE,
  PUBSUB,
  STALE,
} from '../../engine/command.ts';
import { NOT_KEY, string } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';

const FLAGS = PUBSUB | LOADING | STALE | FAST | MAY_REPLICATE;

const PUBLISH: CommandEntry = {
  name: 'PUBLISH',
  flags: FLAGS,
  args: [string('channel'), string('message')],
  run: publish,
};

function publish({ server }: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  const { pubsub } = server;
  reply.integer(pubsub.publish(buffer, starts[1], ends[1], buffer, starts[2], ends[2]));
}

const SPUBLISH: CommandEntry = {
  name: 'SPUBLISH',
  flags: FLAGS,
  args: [string('shardchannel'), string('message')],
  keySpecifications: [{ first: 1, last: 0, step: 1, access: NOT_KEY }],
  run: publishToShard,
};

function publishToShard({ server }: Context, request: Request, reply: Reply): void {
  const { buffer, starts, ends } = request;
  const { pubsub } = server;
  reply.integer(pubsub.publishToShard(buffer, starts[1], ends[1], buffer, starts[2], ends[2]));
}

export const PUBLISH_COMMANDS: readonly CommandEntry[] = [PUBLISH, SPUBLISH];
