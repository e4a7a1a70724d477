// What the real redis-server 7.2.6 said, kept in recorded-7.2.6.json, for tests of what an older
// reference, as distributions have it, does not know. Nothing is skipped then: Redstart is compared
// with the recording. A reference of 7.2 is asked itself, and the recording must be fresh: it must
// say the same. What is not recorded is a failure, which says how to record:
//
//   RECORD_72=1 REDSTART_REFERENCE=/path/to/redis-server-7.2.6 \
//     node --test --test-concurrency=1 build/test/differential/*.test.js
//
// One file after another, since all of them write the same recording. Each replaces its own part,
// so that what is not asked any more goes away: run whole files, not single tests. What is still
// fresh stays as it is. Look at the difference in git before it is kept.
//
// The recording is an object of objects: test file, name, text. Text is latin1: one character per
// byte. RECORDED_72 names another recording, for the harness's own tests.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { showBytes } from './resp.ts';
import { isReference72, reference } from './server.ts';

type Recording = Record<string, Record<string, string>>;

const SOURCE = new URL('../../../test/support/recorded-7.2.6.json', import.meta.url);
const PATH = process.env.RECORDED_72 ?? fileURLToPath(SOURCE);
const IS_RECORDING = process.env.RECORD_72 === '1';
const FILE = basename(process.argv[1]).replace(/\.m?js$/, '');
const HOW = 'to record what 7.2.6 says see test/support/recorded.ts';

let known: Record<string, string> | null = null;
const heard: Record<string, string> = {};

/**
 * What 7.2 says: `live` if the reference is of 7.2, what was recorded under the name otherwise. The
 * name is unique within the test file. With `isFresh` the recording may differ from the reference.
 */
export function recorded(
  name: string,
  live: string,
  isFresh = (recording: string, now: string) => recording === now,
): string {
  known ??= read()[FILE] ?? {};
  const recording = known[name];
  if (IS_RECORDING) {
    assert.ok(heard[name] === undefined, `two recordings have one name: ${name}`);
    heard[name] = recording !== undefined && isFresh(recording, live) ? recording : live;
    return live;
  }
  assert.ok(recording !== undefined, `not recorded: ${name}\n${HOW}`);
  if (!isReference72()) return recording;
  if (!isFresh(recording, live)) {
    const both = `  recorded:\n    ${showBytes(recording)}\n  said:\n    ${showBytes(live)}`;
    assert.fail(`the recording is not fresh: ${name}\n${both}\n${HOW}`);
  }
  return live;
}

if (IS_RECORDING) {
  assert.equal(reference().version, '7.2.6', 'the reference that is recorded');
  after(write);
}

function read(): Recording {
  return existsSync(PATH) ? (JSON.parse(readFileSync(PATH, 'utf8')) as Recording) : {};
}

/** Puts what this file heard into the recording, sorted by file, and keeps it in ASCII. */
function write(): void {
  const parts = Object.entries({ ...read(), [FILE]: heard })
    .filter(([, part]) => Object.keys(part).length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(Object.fromEntries(parts), null, 2);
  const escaped = (byte: string): string => `\\u00${byte.charCodeAt(0).toString(16)}`;
  writeFileSync(PATH, `${text.replace(/[\x7f-\xff]/g, escaped)}\n`);
}
