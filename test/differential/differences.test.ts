// docs/differences.md is complete where that can be counted: commands, directives and fields of
// INFO that one of the servers has and the other has not are named in it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { comparison } from '../support/differential.ts';
import { isReference72 } from '../support/server.ts';

const PAGE = readFileSync(
  fileURLToPath(new URL('../../../docs/differences.md', import.meta.url)),
  'utf8',
);

/** Names that a reply has, the reference's first. */
type Names = readonly Set<string>[];

/** Commands, and what the names in their replies are. */
const ASKED: readonly [words: readonly string[], names: (reply: string) => string[]][] = [
  [['COMMAND', 'LIST'], (reply) => bulks(reply).filter((name) => !name.includes('|'))],
  [['CONFIG', 'GET', '*'], (reply) => bulks(reply).filter((_, index) => index % 2 === 0)],
  [['INFO', 'all'], (reply) => [...reply.matchAll(/^([a-z]\w*):/gm)].map((match) => match[1])],
];

for (const [words, namesOf] of ASKED) {
  comparison(`what ${words.join(' ')} shows of one server alone is told`, {}, async (pair) => {
    const replies = await pair.send('', 2, words);
    const [theirs, ours]: Names = replies.map(
      (reply) => new Set(namesOf(reply.toString('latin1'))),
    );
    assert.ok(theirs.size > 50 && ours.size > 50);
    assert.deepEqual(untold([...theirs].filter((name) => !ours.has(name))), []);
    // An older reference lacks what 7.2 has.
    if (!isReference72()) return;
    assert.deepEqual(untold([...ours].filter((name) => !theirs.has(name))), []);
  });
}

/** Names that the page has not; words with a star stand for those that begin so. */
function untold(names: readonly string[]): string[] {
  const told = [...PAGE.matchAll(/`([^`]+)`/g)].flatMap((match) =>
    match[1].toLowerCase().split(' '),
  );
  const starts = told.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
  return names.filter(
    (name) =>
      // Statistics of commands that have been called, and a directive that 7.0 did not hide yet.
      !/^((cmdstat|latency_percentiles_usec|errorstat)_|aof-disable-auto-gc$)/.test(name) &&
      !told.includes(name) &&
      !starts.some((start) => start !== '' && name.startsWith(start)),
  );
}

/** The bulk strings of a reply. */
function bulks(reply: string): string[] {
  return [...reply.matchAll(/\$\d+\r\n(.*)\r\n/g)].map((match) => match[1]);
}
