// Where the results of STORE, and of set algebra, are made: one place for a server.
import { SortedSetResult } from '../../domain/values/sorted-set-result.ts';
import type { Context } from '../../engine/command.ts';

class ResultHolder {
  result: SortedSetResult | null = null;
}

export function resultOf({ scratch, keyspace, server }: Context): SortedSetResult {
  const holder = scratch.of(ResultHolder);
  holder.result ??= new SortedSetResult(keyspace, server.live.collections);
  return holder.result;
}
