// What INFO says of the journal, in Redis's words: aof.
import type { CommandJournal } from '../../engine/command.ts';

/** The fields that are always there. */
export function journalFields(journal: CommandJournal): string[] {
  return [
    `aof_enabled:${journal.isOn ? 1 : 0}`,
    `aof_rewrite_in_progress:${journal.isRewriting ? 1 : 0}`,
    `aof_rewrite_scheduled:${journal.isScheduled ? 1 : 0}`,
    `aof_last_rewrite_time_sec:${journal.lastRewriteSeconds}`,
    `aof_current_rewrite_time_sec:${journal.rewriteSeconds}`,
    `aof_last_bgrewrite_status:${journal.lastRewriteFailed ? 'err' : 'ok'}`,
    `aof_rewrites:${journal.rewritesCount}`,
    `aof_rewrites_consecutive_failures:${journal.failuresInRow}`,
    `aof_last_write_status:${journal.hasFailed ? 'err' : 'ok'}`,
    'aof_last_cow_size:0',
  ];
}

/** Those of a journal that is on. */
export function openJournalFields(journal: CommandJournal): string[] {
  if (!journal.isOn) return [];
  const { queuedSize, isSyncing, lateCount } = journal.writer;
  return [
    `aof_current_size:${journal.size}`,
    `aof_base_size:${journal.baseSize}`,
    `aof_pending_rewrite:${journal.isScheduled ? 1 : 0}`,
    `aof_buffer_length:${queuedSize}`,
    `aof_pending_bio_fsync:${isSyncing ? 1 : 0}`,
    `aof_delayed_fsync:${lateCount}`,
  ];
}
