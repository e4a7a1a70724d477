// `npm run bench`: Redstart's figures beside those of a reference redis-server on the same machine,
// with the bars of the quality document. See README.md.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { bits } from './bits.ts';
import { clients } from './clients.ts';
import { collections } from './collections.ts';
import { copy } from './copy.ts';
import { cpu } from './cpu.ts';
import { embed } from './embed.ts';
import { eviction } from './eviction.ts';
import { expiry } from './expiry.ts';
import { heap } from './heap.ts';
import { idle } from './idle.ts';
import { keys } from './keys.ts';
import { largeCollections } from './large-collections.ts';
import { lookahead } from './lookahead.ts';
import { lua } from './lua.ts';
import { memory } from './memory.ts';
import type { Options, Part, Section } from './part.ts';
import { persistence } from './persistence.ts';
import { pubsub } from './pubsub.ts';
import { formatSection } from './report.ts';
import { scripts } from './scripts.ts';
import { isPinned, killAll, pinClient, referenceVersion } from './servers.ts';
import { sort } from './sort.ts';
import { stall } from './stall.ts';
import { start } from './start.ts';
import { streams } from './streams.ts';
import { testing } from './testing.ts';
import { values } from './values.ts';
import { way } from './way.ts';

const PARTS: readonly Part[] = [
  cpu,
  clients,
  pubsub,
  memory,
  collections,
  largeCollections,
  values,
  stall,
  keys,
  sort,
  bits,
  streams,
  eviction,
  persistence,
  expiry,
  idle,
  start,
  embed,
  testing,
  heap,
  lookahead,
  copy,
  lua,
  scripts,
  way,
];
/** Parts that this leaves no time for are not run. */
const LIMIT_SECONDS = 1800;
const USAGE = `usage: npm run bench -- [quick] [PART ...] [--json FILE]
parts: ${PARTS.map(({ name }) => name).join(' ')}; cpu and collections take commands: cpu get,set`;

const { words, jsonFile } = readArguments();
const options: Options = { isQuick: words.includes('quick'), commands: commandsOf(words) };
const names = words.filter((word) => PARTS.some(({ name }) => name === word));
const parts = PARTS.filter(({ name }) => names.length === 0 || names.includes(name));
const machine = {
  date: new Date().toISOString(),
  node: process.version,
  reference: referenceVersion() ?? fail('no redis-server: install it or set REDSTART_REFERENCE'),
  processor: `${cpus().length} x ${cpus()[0]?.model ?? '?'}`,
  memoryGib: Math.round(totalmem() / 2 ** 30),
  isPinned,
};

pinClient();
console.log(`reference: redis-server ${machine.reference}; node ${machine.node}`);
console.log(`machine: ${machine.processor}, ${machine.memoryGib} GiB`);
if (!isPinned) console.log('note: without taskset or a second processor nothing is pinned');
const sections: (Section & { readonly name: string })[] = [];
const endMs = performance.now() + LIMIT_SECONDS * 1000;
for (const part of parts) {
  const section = await runPart(part);
  console.log(`\n${formatSection(section)}`);
  sections.push({ name: part.name, ...section });
}
if (jsonFile !== undefined) {
  writeFileSync(jsonFile, `${JSON.stringify({ ...machine, ...options, sections }, null, 2)}\n`);
}
process.exit(sections.some(({ rows }) => rows.length === 0) ? 1 : 0);

/** Runs a part. One that fails or takes too long leaves a section without rows, which says so. */
async function runPart(part: Part): Promise<Section> {
  const beginMs = performance.now();
  const limitMs = Math.min(part.limitSeconds * 1000, endMs - beginMs);
  try {
    const section = await within(limitMs, part.run(options));
    const seconds = ((performance.now() - beginMs) / 1000).toFixed(0);
    return { ...section, title: `${section.title} (${seconds} s)` };
  } catch (error) {
    killAll();
    const problem = error instanceof Error ? error.message : String(error);
    return { title: `${part.name}: FAILED: ${problem}`, columns: ['', ''], rows: [] };
  }
}

/** Fails when a promise is not settled in time; what it comes to later is ignored. */
function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const late = new Error(`not done in ${(limitMs / 1000).toFixed(0)} s`);
    timer = setTimeout(() => reject(late), Math.max(0, limitMs));
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** The words that are neither a part nor `quick`, which only two parts take. */
function commandsOf(given: readonly string[]): string[] {
  const rest = given.filter((word) => word !== 'quick' && PARTS.every(({ name }) => name !== word));
  const takesCommands = given.some((word) => word === cpu.name || word === collections.name);
  if (rest.length > 0 && !takesCommands) fail(`unknown part: ${rest[0]}`);
  return rest.flatMap((word) => word.toLowerCase().split(','));
}

function readArguments(): { words: string[]; jsonFile: string | undefined } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'string' } },
    });
    return { words: positionals, jsonFile: values.json };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(problem: string): never {
  console.error(`bench: ${problem}\n${USAGE}`);
  process.exit(2);
}
