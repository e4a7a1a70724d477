// The effects of what groups do: Redis tells replicas of each entry by itself, so that they need
// neither a clock nor what has been read.
import type { StreamId } from '../../domain/values/stream-id.ts';
import type { Context } from '../../engine/command.ts';
import type { Request } from '../../engine/request.ts';
import { textOfId } from './open.ts';

/** Argument 1 or another one is the key, the next one but for options the group. */
export function tellOfClaim(
  { effects, streams }: Context,
  request: Request,
  key: number,
  group: number,
  id: StreamId,
): void {
  if (!effects.isOn) return;
  const { pending, elements } = streams.groups;
  effects.also('XCLAIM', 14).argument(request, key).argument(request, group);
  elements.locateKey(pending.consumer);
  effects.bytes(elements.keyBytes, elements.keyStart, elements.keyEnd).integer(0);
  effects.text(textOfId(id)).text('TIME').integer(pending.timeMs);
  effects.text('RETRYCOUNT').integer(pending.deliveries).text('FORCE').text('JUSTID');
  effects.text('LASTID').text(textOfId(streams.group.lastId));
}

/** How far the open group has read. */
export function tellOfGroup(
  { effects, streams }: Context,
  request: Request,
  key: number,
  group: number,
): void {
  if (!effects.isOn) return;
  const { lastId, readHigh, readLow } = streams.group;
  effects.also('XGROUP', 7).text('SETID').argument(request, key).argument(request, group);
  const read = (BigInt(readHigh) << 32n) | BigInt(readLow >>> 0);
  effects.text(textOfId(lastId)).text('ENTRIESREAD').text(String(read));
}

export function tellOfConsumer(
  { effects }: Context,
  request: Request,
  key: number,
  group: number,
  consumer: number,
): void {
  if (!effects.isOn) return;
  effects.also('XGROUP', 5).text('CREATECONSUMER').argument(request, key);
  effects.argument(request, group).argument(request, consumer);
}
