// The rules that all declarations keep: names sorted and unique, every group listed, every command
// refusing a wrong number of arguments, the generated page fresh.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { Command, type CommandDeclaration } from '../../src/engine/command.ts';
import { call, makeServer } from '../support/clock.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const groups = await readGroups();

test('every group is in the list of all commands, once', () => {
  const listed = new Set(ALL_COMMANDS);
  assert.equal(listed.size, ALL_COMMANDS.length);
  for (const [name, declarations] of groups) {
    for (const declaration of declarations) {
      assert.ok(listed.has(declaration), `${declaration.name} of ${name} is not in all.ts`);
    }
  }
  assert.equal([...groups.values()].flat().length, ALL_COMMANDS.length);
});

test('names are sorted in each group and unique in all', () => {
  for (const [name, declarations] of groups) checkSorted(name, declarations);
  const names = ALL_COMMANDS.map((declaration) => declaration.name);
  assert.equal(new Set(names).size, names.length);
});

test('every command refuses a wrong number of arguments', () => {
  let refusals = 0;
  for (const command of ALL_COMMANDS.map((declaration) => new Command(declaration))) {
    refusals += checkArity(command, [command.name]);
    for (const subcommand of command.subcommands?.all ?? []) {
      refusals += checkArity(subcommand, [command.name, subcommand.name]);
    }
  }
  assert.ok(refusals >= ALL_COMMANDS.length);
});

test('docs/commands.md is fresh', () => {
  const script = join(root, 'tools/docs-commands.mjs');
  const result = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  assert.equal(result.status, 0, result.stderr);
});

/** The tables that the files of src/commands export, by name. */
async function readGroups(): Promise<Map<string, readonly CommandDeclaration[]>> {
  const found = new Map<string, readonly CommandDeclaration[]>();
  const folder = new URL('../../src/commands/', import.meta.url);
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.js') || file === 'all.js') continue;
    const exported: Record<string, unknown> = await import(new URL(file, folder).href);
    for (const [name, value] of Object.entries(exported)) {
      if (name.endsWith('_COMMANDS')) found.set(name, value as readonly CommandDeclaration[]);
    }
  }
  return found;
}

function checkSorted(where: string, declarations: readonly CommandDeclaration[]): void {
  const names = declarations.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)].sort(), where);
  for (const { name, subcommands } of declarations) {
    if (subcommands !== undefined) checkSorted(`${where}: ${name}`, subcommands);
  }
}

/** Calls a command with one argument too few and one too many, where that is possible. */
function checkArity(command: Command, words: readonly string[]): number {
  const { arity, fullName } = command;
  const counts = arity < 0 ? [-arity - 1] : [arity - 1, arity + 1];
  let refusals = 0;
  for (const count of counts.filter((each) => each >= words.length)) {
    const { server, session } = makeServer({ 'enable-debug-command': 'yes' });
    const filler = new Array<string>(count - words.length).fill('1');
    const reply = call(server, session, [...words, ...filler]);
    assert.equal(reply, `-ERR wrong number of arguments for '${fullName}' command\r\n`);
    refusals++;
  }
  return refusals;
}
