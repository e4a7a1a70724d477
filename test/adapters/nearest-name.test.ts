// What a misspelt name is taken for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from '../../src/adapters/config/nearest-name.ts';
import { DIRECTIVES } from '../../src/engine/settings/directives.ts';

const NAMES = DIRECTIVES.map(({ name }) => name);

const LINES: readonly (readonly [written: string, meant: string | null])[] = [
  ['maxmemroy', 'maxmemory'],
  ['MaxMemory-Polcy', 'maxmemory-policy'],
  ['prot', 'port'],
  ['pot', 'port'],
  ['save-', 'save'],
  ['append-only', 'appendonly'],
  ['requirepas', 'requirepass'],
  ['maxmemory', null], // It is right.
  ['nonsense', null],
  ['x', null],
  ['', null],
  ['a'.repeat(1000), null],
];

for (const [written, meant] of LINES) {
  test(`'${written.slice(0, 20)}'`, () => assert.equal(nearestName(written, NAMES), meant));
}
