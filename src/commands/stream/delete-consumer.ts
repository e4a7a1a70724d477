// XGROUP DELCONSUMER. Of a consumer with much what is pending goes first, in slices: as if it had
// been acknowledged, so that others see less and less of it, and then the consumer.
import { EVENT_XGROUP_DELCONSUMER } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { type CommandEntry, type Context, RUNS_IN_SLICES, WRITE } from '../../engine/command.ts';
import { DELETE, key, RW, string } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { changeGroup, findConsumer, openGroupToChange } from './group-names.ts';
import { changeStreamAgain, textOfId } from './open.ts';

/** Pending entries that a step removes. */
const REMOVED_AT_ONCE = 64;

export const XGROUP_DELCONSUMER: CommandEntry = {
  name: 'DELCONSUMER',
  flags: WRITE | RUNS_IN_SLICES,
  args: [key('key', RW | DELETE), string('group'), string('consumer')],
  run: xgroupDelconsumer,
};

function xgroupDelconsumer(context: Context, request: Request, reply: Reply): void {
  const { groups } = context.streams;
  const group = changeGroup(context, request, reply, true);
  if (group === NONE) return;
  const consumer = findConsumer(context, request, 4);
  if (consumer === NONE) return reply.integer(0);
  if (groups.isLongToRemove(group, consumer) && context.blocking.mayWait(context)) {
    return runInSlices(context, new Removal(context, request), reply);
  }
  reply.integer(groups.pending.count(consumer));
  removeFound(context, consumer);
}

function removeFound({ streams }: Context, consumer: number): void {
  streams.removeFoundConsumer(consumer);
  streams.changed(EVENT_XGROUP_DELCONSUMER, 1);
}

class Removal implements SlicedWork {
  readonly request: Request;
  private readonly context: Context;
  private removed = 0;

  constructor(context: Context, request: Request) {
    this.context = context;
    this.request = request.keep(context.keyspace.arena.large);
  }

  step(): boolean {
    const { groups, group } = this.context.streams;
    const consumer = this.find();
    if (consumer === NONE || !groups.isLongToRemove(group.group, consumer)) return true;
    this.removeSome(groups.ownConsumer(group.group, consumer));
    return false;
  }

  answer(reply: Reply): void {
    const { context } = this;
    const consumer = this.find();
    // Somebody else may have deleted it.
    if (consumer === NONE) return reply.integer(this.removed);
    reply.integer(this.removed + context.streams.groups.pending.count(consumer));
    removeFound(context, consumer);
    // The turn may have an effect before this one.
    const { request } = this;
    const effect = context.effects.instead('XGROUP', 5).text('DELCONSUMER');
    effect.argument(request, 2).argument(request, 3).argument(request, 4);
  }

  /** The consumer, if it is still there, or NONE. */
  private find(): number {
    const { context, request } = this;
    if (!changeStreamAgain(context, request, 2)) return NONE;
    if (openGroupToChange(context, request, 3) === NONE) return NONE;
    return findConsumer(context, request, 4);
  }

  private removeSome(consumer: number): void {
    const { context, request } = this;
    const { streams, effects, keyspace } = context;
    const { pending } = streams.groups;
    effects
      .instead('XACK', 3 + REMOVED_AT_ONCE)
      .argument(request, 2)
      .argument(request, 3);
    for (let i = 0; i < REMOVED_AT_ONCE; i++) {
      pending.removeFirst(streams.group.group, consumer);
      if (effects.isOn) effects.text(textOfId(pending.id));
    }
    keyspace.dirty += REMOVED_AT_ONCE;
    this.removed += REMOVED_AT_ONCE;
  }
}
