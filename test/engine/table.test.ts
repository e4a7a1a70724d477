// The command table: every command is found in any case, and nothing else is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { Command } from '../../src/engine/command.ts';
import { CommandTable } from '../../src/engine/table.ts';

const table = new CommandTable(ALL_COMMANDS.map((declaration) => new Command(declaration)));
const names = table.all.map((command) => command.name);

function find(name: string): string | null {
  // The name stands somewhere in a buffer, and what is around it does not matter.
  const bytes = Buffer.from(`$3\r\n${name}\r\nx`, 'latin1');
  return table.find(bytes, 4, 4 + name.length)?.name ?? null;
}

test('table: every name, in any case', () => {
  for (const name of names) {
    assert.equal(find(name), name);
    assert.equal(find(name.toUpperCase()), name);
    assert.equal(find(name[0].toUpperCase() + name.slice(1)), name);
    assert.equal(table.findText(name)?.name, name);
    assert.equal(
      find(name.slice(0, -1)),
      names.includes(name.slice(0, -1)) ? name.slice(0, -1) : null,
    );
    assert.equal(find(`${name}x`), names.includes(`${name}x`) ? `${name}x` : null);
    assert.equal(find(`${name}\0`), null);
  }
  assert.equal(new Set(names).size, names.length);
});

test('table: bytes that differ from a name in the case bit only', () => {
  for (const name of names) {
    for (let i = 0; i < name.length; i++) {
      for (const bit of [0x20, 0x80, 0x40]) {
        const code = name.charCodeAt(i) ^ bit;
        const other = name.slice(0, i) + String.fromCharCode(code) + name.slice(i + 1);
        const isLetter = bit === 0x20 && /[A-Z]/.test(other[i]);
        assert.equal(find(other), isLetter ? name : null, JSON.stringify(other));
      }
    }
  }
});

test('table: what is no name is not found', () => {
  for (const name of ['', ' ', 'nope', 'get ', ' get', 'g', 'x'.repeat(100000)]) {
    assert.equal(find(name), null);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 12 }), (text) => {
      const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      assert.equal(find(text), names.includes(lower) ? lower : null);
    }),
  );
});

test('table: subcommands', () => {
  const config = table.findText('config');
  assert.equal(config?.subcommands?.findText('GET')?.fullName, 'config|get');
  assert.equal(config?.subcommands?.findText('nope'), null);
  const client = table.findText('client')?.subcommands;
  assert.equal(client?.findText('No-Evict')?.fullName, 'client|no-evict');
  // In a letter bit 5 is the case; a CR is not a hyphen of the other case.
  assert.equal(client?.findText('no\revict'), null);
});
