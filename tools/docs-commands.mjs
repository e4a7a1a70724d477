// Writes docs/reference/commands.md, the table of all commands, from their declarations; with
// --check it writes nothing and fails when the file is not what it would write. It reads the
// compiled declarations, so build first.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ALL_COMMANDS } from '../build/src/commands/all.js';
import { root } from './tests.mjs';

const file = join(root, 'docs/reference/commands.md');

/** Titles of the groups, in the order of the page. */
const TITLES = {
  string: 'Strings',
  bitmap: 'Bitmaps',
  list: 'Lists',
  hash: 'Hashes',
  set: 'Sets',
  'sorted-set': 'Sorted sets',
  stream: 'Streams',
  hyperloglog: 'HyperLogLog',
  geo: 'Geospatial indices',
  generic: 'Keys of any type',
  pubsub: 'Publish and subscribe',
  transactions: 'Transactions',
  scripting: 'Scripting and functions',
  connection: 'Connection',
  server: 'Server',
};

const text = page(ALL_COMMANDS);
if (!process.argv.includes('--check')) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`docs-commands: wrote ${file}`);
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  console.error(
    'docs-commands: docs/reference/commands.md is stale; run node tools/docs-commands.mjs',
  );
  process.exit(1);
}

function page(declarations) {
  const commands = declarations.flatMap((declaration) => runnable(declaration, ''));
  const lines = [
    '# Commands',
    '',
    '<!-- Made by tools/docs-commands.mjs from the declarations in src/commands: do not edit. -->',
    '',
    `Redstart has these ${commands.length} commands and subcommands. "Since" is the version of`,
    'Redis that brought a command; the cost is that of Redis. Where Redstart answers differently,',
    'see [differences.md](../differences.md).',
  ];
  for (const group of Object.keys(TITLES)) {
    const members = commands.filter((command) => command.group === group);
    if (members.length > 0) lines.push('', ...section(group, members));
  }
  const strange = commands.find(({ group }) => TITLES[group] === undefined);
  if (strange !== undefined) throw new Error(`the group ${strange.group} has no title`);
  return `${lines.join('\n')}\n`;
}

/** The commands that a client can run: a container without a meaning of its own is none. */
function runnable(declaration, container) {
  const { group, documentations, subcommands = [] } = declaration;
  const name = container + declaration.name;
  const documentation = documentations()[name.replaceAll(' ', '|')];
  const { summary, since, complexity = '', deprecatedSince } = documentation;
  const own = { name, group, summary, since, complexity, deprecatedSince };
  return [
    ...(declaration.run === undefined ? [] : [own]),
    ...subcommands.flatMap((subcommand) => runnable(subcommand, `${name} `)),
  ];
}

function section(group, members) {
  const rows = members
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, summary, since, complexity, deprecatedSince }) => {
      const note = deprecatedSince === undefined ? '' : ` Deprecated since ${deprecatedSince}.`;
      return `| ${[`\`${name}\``, summary + note, since, complexity].map(cell).join(' | ')} |`;
    });
  return [
    `## ${TITLES[group]}`,
    '',
    '| Command | What it does | Since | Cost |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

function cell(content) {
  return content.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
