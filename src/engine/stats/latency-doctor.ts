// The report of LATENCY DOCTOR: the events that kept the server waiting and what can be done about
// them. Its structure and its line per event are Redis's; the advice is in our words and speaks of
// this server.
import { twoDecimals } from './info-text.ts';

/** What the doctor is told of one event. */
export interface LatencySummary {
  readonly event: string;
  /** Seconds in which it happened, of those that are remembered; at least 1. */
  readonly count: number;
  readonly averageMs: number;
  readonly meanDeviationMs: number;
  /** Mean distance of two spikes. */
  readonly periodSeconds: number;
  readonly allTimeMaxMs: number;
}

/** The directives that the advice depends on. */
export interface DoctorSettings {
  /** latency-monitor-threshold; 0 when the monitor is off. */
  readonly thresholdMs: number;
  /** slowlog-log-slower-than; negative when the slow log is off. */
  readonly slowlogSlowerThanUs: number;
  /** Is appendfsync `always`? */
  readonly isFsyncAlways: boolean;
  readonly hz: number;
}

type Advice = (settings: DoctorSettings) => string | null;

const HZ_ADVISED = 100;

/** The whole report, ending with a newline. `summaries` is in the order of the report. */
export function latencyReport(
  summaries: readonly LatencySummary[],
  settings: DoctorSettings,
): string {
  if (summaries.length === 0) {
    return settings.thresholdMs === 0
      ? 'Latency monitoring is disabled in this server. To enable it, use ' +
          '"CONFIG SET latency-monitor-threshold <milliseconds>".\n'
      : 'No latency spike was observed since the server started or the monitor was reset.\n';
  }
  const events = summaries.map((summary, index) => `${index + 1}. ${summaryText(summary)}\n`);
  return `Latency spikes were observed in this server:\n\n${events.join('')}\n${adviceText(
    summaries,
    settings,
  )}`;
}

function summaryText(summary: LatencySummary): string {
  const { event, count, averageMs, meanDeviationMs, periodSeconds, allTimeMaxMs } = summary;
  return (
    `${event}: ${count} latency spikes (average ${averageMs}ms, ` +
    `mean deviation ${meanDeviationMs}ms, period ${twoDecimals(periodSeconds)} sec). ` +
    `Worst all time event ${allTimeMaxMs}ms.`
  );
}

function adviceText(summaries: readonly LatencySummary[], settings: DoctorSettings): string {
  const wanted = new Set(summaries.flatMap(({ event }) => EVENT_ADVICE.get(event) ?? []));
  const texts = ADVICE.filter((advice) => wanted.has(advice))
    .map((advice) => advice(settings))
    .filter((text) => text !== null);
  if (texts.length === 0) return 'There is no advice for these events.\n';
  return `Advice:\n\n${texts.map((text) => `- ${text}\n`).join('')}`;
}

function slowlogSettings({ slowlogSlowerThanUs, thresholdMs }: DoctorSettings): string | null {
  const command = `CONFIG SET slowlog-log-slower-than ${thresholdMs * 1000}`;
  if (slowlogSlowerThanUs < 0) {
    return `The slow log is off, so slow commands are not recorded. Enable it with "${command}".`;
  }
  if (Math.trunc(slowlogSlowerThanUs / 1000) > thresholdMs) {
    return (
      'The slow log records only commands that are slower than the threshold of the latency ' +
      `monitor. Bring both together with "${command}".`
    );
  }
  return null;
}

function slowlogInspection(): string {
  return 'Look into the slow log (SLOWLOG GET) to learn which commands take long.';
}

function scheduling(): string {
  return (
    'Commands that do little work were slow, so the server did not get the processor, or the ' +
    'JavaScript engine collected garbage. Lower the load of the system, give the server a ' +
    'machine of its own, and look for noisy neighbours on a shared one.'
  );
}

function localDisk(): string {
  return 'Keep the append-only file and snapshots on a local disk: remote ones are slow to sync.';
}

function fastDisk(): string {
  return 'A solid-state disk shortens syncs, snapshots and rewrites of the append-only file.';
}

function diskContention(): string {
  return 'Other processes on this machine may keep the disk busy: move or slow them down.';
}

function syncPolicy({ isFsyncAlways }: DoctorSettings): string | null {
  if (!isFsyncAlways) return null;
  return "appendfsync is 'always', so each write waits for the disk. 'everysec' costs less time.";
}

function expirePace({ hz }: DoctorSettings): string | null {
  if (hz >= HZ_ADVISED) return null;
  return `Expire keys in smaller steps: "CONFIG SET hz ${HZ_ADVISED}".`;
}

function largeValues(): string {
  return (
    'Removing a large value takes time. Split values that are often deleted, expired or evicted ' +
    'into smaller ones, or remove them with UNLINK.'
  );
}

function massEviction(): string {
  return (
    'Many keys had to be evicted at once. Lower maxmemory in small steps, and mind commands that ' +
    'store large results.'
  );
}

/** All advice in the order in which it is given. */
const ADVICE: readonly Advice[] = [
  slowlogSettings,
  slowlogInspection,
  scheduling,
  localDisk,
  fastDisk,
  diskContention,
  syncPolicy,
  expirePace,
  largeValues,
  massEviction,
];

/** What to advise on an event; nothing for events that are not here. */
const EVENT_ADVICE: ReadonlyMap<string, readonly Advice[]> = new Map([
  ['command', [slowlogSettings, slowlogInspection, largeValues]],
  ['fast-command', [scheduling]],
  ['aof-write', [localDisk, fastDisk]],
  ['aof-write-pending-fsync', [localDisk, diskContention, fastDisk]],
  ['aof-write-active-child', [fastDisk]],
  ['aof-write-alone', [localDisk, fastDisk]],
  ['aof-fsync-always', [syncPolicy]],
  ['expire-cycle', [expirePace, largeValues]],
  ['eviction-del', [largeValues]],
  ['eviction-cycle', [massEviction]],
]);
