// `npm run bench`: Redstart's figures beside those of a reference redis-server on the same machine, with
// the bars of the quality document. See README.md.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { copy } from './copy.ts';
import { cpu } from './cpu.ts';
import { expiry } from './expiry.ts';
import { heap } from './heap.ts';
import { lookahead } from './lookahead.ts';
import { memory } from './memory.ts';
import type { Options, Part, Section } from './part.ts';
import { formatSection } from './report.ts';
import { isPinned, pinClient, referenceVersion } from './servers.ts';
import { stall } from './stall.ts';
import { start } from './start.ts';

const PARTS: readonly Part[] = [cpu, memory, stall, expiry, start, heap, lookahead, copy];
const USAGE = `usage: npm run bench -- [quick] [PART ...] [--json FILE]
parts: ${PARTS.map(({ name }) => name).join(' ')}; cpu may be followed by commands: cpu get,set`;

const { words, jsonFile } = readArguments();
const options: Options = { isQuick: words.includes('quick'), commands: commandsOf(words) };
const names = words.filter((word) => PARTS.some(({ name }) => name === word));
const parts = PARTS.filter(({ name }) => names.length === 0 || names.includes(name));
const machine = {
  date: new Date().toISOString(),
  node: process.version,
  reference: referenceVersion(),
  processor: `${cpus().length} x ${cpus()[0]?.model ?? '?'}`,
  memoryGib: Math.round(totalmem() / 2 ** 30),
  isPinned,
};

pinClient();
console.log(`reference: redis-server ${machine.reference}; node ${machine.node}`);
console.log(`machine: ${machine.processor}, ${machine.memoryGib} GiB`);
if (!isPinned) console.log('note: without taskset or a second processor nothing is pinned');
const sections: (Section & { readonly name: string })[] = [];
for (const part of parts) {
  const section = await runPart(part);
  console.log(`\n${formatSection(section)}`);
  sections.push({ name: part.name, ...section });
}
if (jsonFile !== undefined) {
  writeFileSync(jsonFile, `${JSON.stringify({ ...machine, ...options, sections }, null, 2)}\n`);
}
process.exit(0);

/** Runs a part; one that takes too long ends the whole, and what it started with it. */
async function runPart(part: Part): Promise<Section> {
  const beginMs = performance.now();
  const limit = setTimeout(() => {
    console.error(`bench: ${part.name} took more than ${part.limitSeconds} s`);
    process.exit(1);
  }, part.limitSeconds * 1000);
  const section = await part.run(options);
  clearTimeout(limit);
  const seconds = ((performance.now() - beginMs) / 1000).toFixed(0);
  return { ...section, title: `${section.title} (${seconds} s)` };
}

/** The words that are neither a part nor `quick`, which only cpu takes. */
function commandsOf(given: readonly string[]): string[] {
  const rest = given.filter((word) => word !== 'quick' && PARTS.every(({ name }) => name !== word));
  if (rest.length > 0 && !given.includes('cpu')) fail(`unknown part: ${rest[0]}`);
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
