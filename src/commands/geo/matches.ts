// How what a search has found is answered or stored.
import { EVENT_DEL } from '../../domain/keyspace/events.ts';
import { MAX } from '../../domain/values/sorted-set-result.ts';
import type { Context } from '../../engine/command.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { resultOf } from '../sorted-set/result.ts';
import { replyDistance, replyPlace } from './places.ts';
import type { SearchCall, SearchCommand } from './search-call.ts';

/** There is no source: a key to store to goes. */
export function answerNothing(
  { keyspace, database }: Context,
  { buffer, starts, ends }: Request,
  { destination }: SearchCall,
  reply: Reply,
): void {
  if (destination === 0) return reply.array(0);
  keyspace.delete(database, buffer, starts[destination], ends[destination], EVENT_DEL);
  reply.integer(0);
}

/** Writes matches [first, end) in their order; the source is open. */
export function writeMatches(
  context: Context,
  call: SearchCall,
  first: number,
  end: number,
  reply: Reply,
): void {
  const { sortedSets } = context;
  const { member } = sortedSets;
  const { search, withDistance, withHash, withPlace } = call;
  const words = 1 + (withDistance ? 1 : 0) + (withHash ? 1 : 0) + (withPlace ? 1 : 0);
  for (let i = first; i < end; i++) {
    const match = search.at(i);
    sortedSets.readPlace(search.places[match]);
    if (words > 1) reply.array(words);
    reply.bulk(member.bytes, member.start, member.end);
    if (withDistance) replyDistance(context, search.shownDistance(match), reply);
    const score = search.scores[match];
    if (withHash && score <= Number.MAX_SAFE_INTEGER) reply.integer(Math.trunc(score));
    else if (withHash) reply.bigInteger(BigInt(score));
    if (withPlace) replyPlace(context, score, reply);
  }
}

/** Stores all matches that are wanted, and answers how many they are; the source is open. */
export function storeMatches(
  context: Context,
  request: Request,
  { event }: SearchCommand,
  call: SearchCall,
  reply: Reply,
): void {
  const { sortedSets, database } = context;
  const { member } = sortedSets;
  const { search, destination, answered } = call;
  const { buffer, starts, ends } = request;
  const result = resultOf(context);
  result.begin(answered);
  for (let i = 0; i < answered; i++) {
    const match = search.at(i);
    sortedSets.readPlace(search.places[match]);
    const score = call.storesDistance ? search.exactDistance(match) : search.scores[match];
    // Cells that overlap would find a member twice.
    result.aggregate(score, MAX, member.bytes, member.start, member.end);
  }
  result.finish();
  const from = starts[destination];
  reply.integer(result.store(database, buffer, from, ends[destination], event, answered));
}
