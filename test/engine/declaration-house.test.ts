// The rules that all declarations keep: names sorted and unique, every entry listed, every command
// refusing a wrong number of arguments, the generated page fresh.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ALL_COMMANDS } from '../../src/commands/all.ts';
import { Command, type CommandDeclaration, type CommandEntry } from '../../src/engine/command.ts';
import { documented } from '../../src/engine/declaration/documentation.ts';
import { call, makeServer } from '../support/clock.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** The lists of entries that the files of src/commands export. */
const lists = await readLists();

test('every entry is in the list of all commands, once, under the group of its folder', () => {
  const declared = new Map(ALL_COMMANDS.map((declaration) => [declaration.name, declaration]));
  assert.equal(declared.size, ALL_COMMANDS.length);
  for (const { folder, entries } of lists) {
    for (const { name, run, group = folder } of entries) {
      assert.equal(declared.get(name)?.group, group, `${name} of ${folder}`);
      assert.equal(declared.get(name)?.run, run, `${name} of ${folder}`);
    }
  }
  assert.equal(lists.flatMap(({ entries }) => entries).length, ALL_COMMANDS.length);
});

test('names are sorted in each file', () => {
  for (const { name, entries } of lists) checkSorted(name, entries);
});

test('every entry has its documentation, and nothing else has one', () => {
  const named = new Map<string, CommandDeclaration['documentations']>();
  for (const { documentations, name, subcommands = [] } of ALL_COMMANDS) {
    for (const each of [name, ...subcommands.map((subcommand) => `${name}|${subcommand.name}`)]) {
      assert.ok(!named.has(each), each);
      named.set(each, documentations);
    }
  }
  const documented = [...new Set(named.values())].flatMap((of) => Object.keys(of()));
  assert.deepEqual(documented.sort(), [...named.keys()].sort());
  for (const [name, of] of named) assert.ok(of()[name] !== undefined, name);
});

test('the group of an entry is that of its folder, or its own, or that of its container', () => {
  const entry = { name: 'A', flags: 0, args: [] };
  const documentations = () => ({});
  const entries = [{ ...entry, subcommands: [{ ...entry, name: 'B' }] }];
  const declared = { ...entry, documentations, group: 'string', keySpecifications: [] };
  assert.deepEqual(documented('string', entries, documentations), [
    { ...declared, subcommands: [{ ...declared, name: 'B' }] },
  ]);
  const others = [{ ...entry, group: 'generic' as const }];
  assert.equal(documented('string', others, documentations)[0].group, 'generic');
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

test('docs/reference/commands.md is fresh', () => {
  const script = join(root, 'tools/docs-commands.mjs');
  const result = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  assert.equal(result.status, 0, result.stderr);
});

interface EntryList {
  readonly folder: string;
  readonly name: string;
  readonly entries: readonly CommandEntry[];
}

async function readLists(): Promise<EntryList[]> {
  const found: EntryList[] = [];
  const root = new URL('../../src/commands/', import.meta.url);
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const folder = dirname(path);
    if (!path.endsWith('.js') || folder === '.') continue;
    const exported: Record<string, unknown> = await import(new URL(path, root).href);
    for (const [name, value] of Object.entries(exported)) {
      const entries = value as readonly CommandEntry[];
      if (name.endsWith('_COMMANDS')) found.push({ folder, name, entries });
    }
  }
  return found;
}

function checkSorted(where: string, entries: readonly CommandEntry[]): void {
  const names = entries.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)].sort(), where);
  for (const { name, subcommands } of entries) {
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
    const code = fullName === 'exec' ? 'EXECABORT Transaction discarded because of:' : 'ERR';
    assert.equal(reply, `-${code} wrong number of arguments for '${fullName}' command\r\n`);
    refusals++;
  }
  return refusals;
}
