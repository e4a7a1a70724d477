// The kernel's score of a process, on a file that stands for the kernel's.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { OomScore } from '../../src/infrastructure/oom-score.ts';

const directory = mkdtempSync(join(tmpdir(), 'redstart-oom-'));
const path = join(directory, 'oom_score_adj');
after(() => rmSync(directory, { recursive: true }));

const read = (): string => readFileSync(path, 'latin1');

test('scores are relative or absolute, within what the kernel takes', () => {
  writeFileSync(path, '22\n');
  const score = new OomScore(path);
  assert.equal(score.adjust(9, true), '');
  assert.equal(read(), '31\n');
  assert.equal(score.adjust(10, true), '');
  assert.equal(read(), '32\n');
  assert.equal(score.adjust(9, false), '');
  assert.equal(read(), '9\n');
  assert.equal(score.adjust(2000, false), '');
  assert.equal(read(), '1000\n');
  assert.equal(score.adjust(-2000, true), '');
  assert.equal(read(), '-1000\n');
});

test('it is given back once, and what others set is left alone', () => {
  writeFileSync(path, '22\n');
  const score = new OomScore(path);
  assert.equal(score.restore(), '');
  assert.equal(read(), '22\n');
  score.adjust(9, true);
  assert.equal(score.restore(), '');
  assert.equal(read(), '22\n');
  writeFileSync(path, '5\n');
  assert.equal(score.restore(), '');
  assert.equal(read(), '5\n');
  score.adjust(1, true);
  assert.equal(read(), '6\n');
});

test('a system without such scores says so', () => {
  const score = new OomScore(join(directory, 'missing'));
  assert.equal(score.adjust(1, true), 'Unable to read oom_score_adj: No such file or directory');
  assert.equal(score.restore(), '');
});
