// PUBSUB CHANNELS and SHARDCHANNELS: the names of what somebody is subscribed to, found in slices.

import { globMatch } from '../../domain/bytes/glob.ts';
import { badSubcommandCall } from '../../domain/errors.ts';
import type { Context } from '../../engine/command.ts';
import type { Pages } from '../../engine/pages.ts';
import type { PubSub } from '../../engine/pubsub/pubsub.ts';
import type { TopicKind } from '../../engine/pubsub/subscriptions.ts';
import { WALK_END } from '../../engine/pubsub/topic-table.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';

/** Buckets that a step looks at. */
const STEP_BUCKETS = 32;

/** The names of all that somebody is subscribed to, or of those that match a pattern. */
export function replyTopics(
  context: Context,
  request: Request,
  reply: Reply,
  kind: TopicKind,
): void {
  const { count } = request;
  if (count > 3) return reply.error(badSubcommandCall(request.text(1), 'PUBSUB'));
  const pattern = count === 2 ? null : request.copy(2);
  runInSlices(context, new TopicSearch(context.server.pubsub, kind, pattern), reply);
}

class TopicSearch implements SlicedWork {
  private readonly pubsub: PubSub;
  private readonly kind: TopicKind;
  private readonly pattern: Uint8Array | null;
  private position = 0;
  private count = 0;

  constructor(pubsub: PubSub, kind: TopicKind, pattern: Uint8Array | null) {
    this.pubsub = pubsub;
    this.kind = kind;
    this.pattern = pattern;
  }

  step(found: Reply): boolean {
    const { pattern } = this;
    const visit = (name: Uint8Array): void => {
      const { length } = name;
      if (pattern !== null && !globMatch(pattern, 0, pattern.length, name, 0, length, false))
        return;
      found.bulk(name, 0, length);
      this.count++;
    };
    for (let i = 0; i < STEP_BUCKETS && this.position < WALK_END; i++) {
      this.position = this.pubsub.walkTopics(this.kind, this.position, visit);
    }
    return this.position === WALK_END;
  }

  answer(reply: Reply, found: Pages): void {
    reply.array(this.count);
    found.writeTo(reply);
  }
}
