// All that was measured as one JSON document.
import { compare, type Outcome, requestsPerSecond, shareOf } from './figures.ts';
import type { Measurement } from './measure.ts';
import type { BenchmarkOptions } from './options.ts';
import type { Target } from './target.ts';

const PERCENTILES = [50, 90, 95, 99, 99.9];

export function jsonText(
  outcomes: readonly Outcome[],
  options: BenchmarkOptions,
  targets: readonly Target[],
): string {
  const { clients, requests, pipeline, keyspace, dataSize, keepAlive, threads } = options;
  const document = {
    servers: targets.map(({ name, version, save, appendonly }) => {
      return { name, version, save, appendonly };
    }),
    options: { clients, requests, pipeline, keyspace, dataSize, keepAlive, threads },
    tests: outcomes.map(testOf),
  };
  return `${JSON.stringify(document, replaceUnknown, 2)}\n`;
}

function testOf(outcome: Outcome): object {
  const { title, first, second } = outcome;
  if (second.length === 0) return { test: title, ...measured(first[0]) };
  const ratios = compare(outcome).map(({ figure, first, second, ratio }) => {
    return [figure.key, { first, second, ratio }];
  });
  const turns = first.map((one, i) => [measured(one), measured(second[i])]);
  return { test: title, medians: Object.fromEntries(ratios), turns };
}

function measured(one: Measurement): object {
  const { server, payload, requests, seconds, errors, firstError, latencies, clientUs } = one;
  const percentiles = PERCENTILES.map((percent) => [`p${percent}`, latencies.percentile(percent)]);
  return {
    server,
    payload,
    requests,
    seconds,
    rps: requestsPerSecond(one),
    errors,
    firstError,
    latency_ms: {
      avg: latencies.average,
      min: latencies.min,
      ...Object.fromEntries(percentiles),
      max: latencies.max,
    },
    client: { share: shareOf(clientUs, one), us_per_request: clientUs / requests },
    server_share: shareOf(one.serverUs, one),
    server_us_per_request: one.serverUs === null ? null : one.serverUs / requests,
  };
}

/** JSON has no number for what is not known; others need no more than six digits behind the dot. */
function replaceUnknown(_key: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  return Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : null;
}
