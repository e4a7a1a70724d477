// How the commands that search run: at once, or, where many members are to be looked at, in slices.
// All that is answered is of one moment: if the source changes, the search begins anew, and is at
// last made in one go. What STORE stores is built at once, as by ZUNIONSTORE.
import { WRONG_TYPE } from '../../domain/errors.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { isOfType, TYPE_SORTED_SET } from '../../domain/memory/record.ts';
import type { Context } from '../../engine/command.ts';
import { Pages } from '../../engine/pages.ts';
import type { Reply } from '../../engine/reply.ts';
import { isRefused, type Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { WatchedKey } from '../../engine/watched-key.ts';
import { readSortedSet } from '../sorted-set/open.ts';
import { answerNothing, storeMatches, writeMatches } from './matches.ts';
import { readWords, SearchCall, type SearchCommand } from './search-call.ts';

/** So many members are looked at in less than half a millisecond. */
const MEMBERS_AT_ONCE = 2000;

// What a step does, and to how many members or matches: some 20 us each.
const FINDING = 0;
const SORTING = 1;
const WRITING = 2;
const FOUND = 100;
const SORTED = 1000;
const WRITTEN = 40;

/** Runs one of the commands. */
export function search(
  context: Context,
  request: Request,
  command: SearchCommand,
  reply: Reply,
): void {
  const isThere = readSortedSet(context, request, command.source, reply);
  if (isRefused(isThere)) return;
  const call = context.scratch.of(SearchCall);
  call.begin(isThere, command.destination);
  if (!readWords(context, request, command, call, reply)) return;
  if (!isThere) return answerNothing(context, request, call, reply);
  const { sortedSets, scratch } = context;
  call.search.begin(sortedSets);
  if (!call.search.find(sortedSets, call.matchesMax, MEMBERS_AT_ONCE)) {
    scratch.giveAway(SearchCall);
    return runInSlices(context, new SearchWork(context, request, command, call), reply);
  }
  call.beginSort();
  while (!call.search.sort(MEMBERS_AT_ONCE));
  if (call.destination !== 0) {
    storeMatches(context, request, command, call, reply);
  } else {
    reply.array(call.answered);
    writeMatches(context, call, 0, call.answered, reply);
  }
  call.search.letGo();
}

class SearchWork implements SlicedWork {
  readonly request: Request;
  private readonly context: Context;
  private readonly command: SearchCommand;
  private readonly call: SearchCall;
  private readonly source: WatchedKey;
  private phase = FINDING;
  private written = 0;
  private pages = new Pages();
  /** Why it cannot be answered as it is by now. */
  private error: string | null = null;

  /** Goes on with a call that has begun to find. */
  constructor(context: Context, request: Request, command: SearchCommand, call: SearchCall) {
    this.context = context;
    this.request = request.keep(context.keyspace.arena.large);
    this.command = command;
    this.call = call;
    this.source = new WatchedKey(context, request.copy(command.source));
    call.search.reserve(call.matchesMax);
  }

  get ownSize(): number {
    return this.call.search.size + this.pages.size;
  }

  step(found: Reply): boolean {
    const { source, context, call } = this;
    if (source.takeChange()) this.beginAnew(found);
    else if (call.isThere) context.sortedSets.open(context.database, source.ref);
    let isDone = false;
    do isDone = this.error !== null || !call.isThere || this.goOn(found);
    while (!isDone && source.isRestless());
    this.pages.take(found, true);
    if (isDone) source.forget();
    else source.watch();
    return isDone;
  }

  answer(reply: Reply): void {
    const { context, request, command, call, pages } = this;
    if (this.error !== null) return reply.error(this.error);
    if (!call.isThere) return answerNothing(context, request, call, reply);
    if (call.destination !== 0) return storeMatches(context, request, command, call, reply);
    reply.array(call.answered);
    pages.writeTo(reply);
  }

  abandon(): void {
    this.source.forget();
  }

  /** The source has changed: all that was found so far may be wrong, and what was searched from. */
  private beginAnew(found: Reply): void {
    const { context, request, command, call, source } = this;
    const { keyspace, database, sortedSets } = context;
    keyspace.arena.memory.drop(this.pages.size);
    this.pages = new Pages();
    this.phase = FINDING;
    this.written = 0;
    const { ref } = source;
    call.begin(ref !== NONE, command.destination);
    if (call.isThere && !isOfType(keyspace.arena, ref, TYPE_SORTED_SET)) {
      this.error = WRONG_TYPE;
      return;
    }
    if (call.isThere) sortedSets.open(database, ref);
    if (!readWords(context, request, command, call, found)) return this.takeError(found);
    if (!call.isThere) return;
    call.search.begin(sortedSets);
    call.search.reserve(call.matchesMax);
  }

  /** The words are refused by now: that is said, and counted, with the answer. */
  private takeError(found: Reply): void {
    this.error = found.failure;
    found.failure = null;
    found.clear();
  }

  /** Does some more. Was that all? */
  private goOn(found: Reply): boolean {
    const { call, context } = this;
    if (this.phase === FINDING) {
      if (!call.search.find(context.sortedSets, call.matchesMax, FOUND)) return false;
      call.beginSort();
      this.phase = SORTING;
      return false;
    }
    if (this.phase === SORTING) {
      if (!call.search.sort(SORTED)) return false;
      this.phase = WRITING;
      return call.destination !== 0;
    }
    const end = Math.min(call.answered, this.written + WRITTEN);
    writeMatches(context, call, this.written, end, found);
    this.written = end;
    return end === call.answered;
  }
}
