// Writes docs/reference/configuration.md, the table of all directives, from their declarations and
// tools/directive-notes.mjs; with --check it writes nothing and fails when the file is not what it
// would write. It reads the compiled table, so build first.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMMUTABLE, PROTECTED } from '../build/src/engine/settings/directive.js';
import { DIRECTIVES, findDirective } from '../build/src/engine/settings/directives.js';
import { printValue } from '../build/src/engine/settings/values.js';
import { isForEmbedding } from '../build/src/main/embed/options.js';
import { DEFAULT_ONLY, SECTIONS, WITHOUT_EFFECT } from './directive-notes.mjs';
import { root } from './tests.mjs';

const HEAD = `# Configuration

<!-- Made by tools/docs-configuration.mjs from the table of directives: do not edit. -->

Redstart knows every directive of Redis 7.2 and a few of its own. They are said in a file, on the
command line, by variables of the environment, and to a running server. Of what is said twice the
line wins over the variable, and the variable over the file:

\`\`\`
redstart /etc/redis.conf --maxmemory 100mb --save '' --appendonly yes
REDSTART_MAXMEMORY=100mb redstart
redstart cli config set maxmemory 100mb
\`\`\`

- A size is a number of bytes, or has a unit: \`1kb\` is 1,024, \`1k\` 1,000, and so on to \`gb\`.
- "Set" says whether CONFIG SET may change it: *start* means at the start only, *protected* where
  \`enable-protected-configs\` allows it.
- \\* stands at what \`config\` of \`createServer()\` does not have
  ([embedding.md](../guide/embedding.md#options)).
- CONFIG REWRITE writes what was set into the file that the server was started with.
`;

const PATTERNS = { flag: 'yes, no', text: 'text', special: 'words' };
const file = join(root, 'docs/reference/configuration.md');

const text = page();
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
  console.log(`docs-configuration: wrote ${file}`);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error(`${file} is stale; run node tools/docs-configuration.mjs`);
  process.exit(1);
}

function page() {
  const sections = Object.entries(SECTIONS).map(([title, notes]) => [
    ...[`## ${title}`, '', '| Directive | Values | Default | Set | What it does |'],
    '| --- | --- | --- | --- | --- |',
    ...Object.entries(notes).map(([name, note]) => row([...columns(name), note])),
    '',
  ]);
  const told = Object.values(SECTIONS).flatMap((notes) => Object.keys(notes));
  const idle = groupsOf(WITHOUT_EFFECT);
  const fixed = groupsOf(DEFAULT_ONLY);
  complain([...told, ...idle.names, ...fixed.names]);
  return [
    HEAD,
    ...sections.flat(),
    '## Accepted, without effect',
    '',
    'They are checked as Redis checks them, kept, shown by CONFIG GET, and change nothing.',
    ...idle.lines,
    '',
    '## Only the default is accepted',
    ...fixed.lines,
    '',
  ].join('\n');
}

/** Tables of directives that need no note, one for each reason. */
function groupsOf(reasons) {
  const groups = Object.entries(reasons).map(([reason, list]) => ({
    reason,
    names: list.trim().split(/\s+/).flatMap(namesOf),
  }));
  const lines = groups.flatMap(({ reason, names }) => [
    ...[
      '',
      `**${reason}**`,
      '',
      '| Directive | Values | Default | Set |',
      '| --- | --- | --- | --- |',
    ],
    ...names.map((name) => row(columns(name))),
  ]);
  return { lines, names: groups.flatMap(({ names }) => names) };
}

function namesOf(word) {
  if (!word.endsWith('*')) return [word];
  return DIRECTIVES.map(({ name }) => name).filter((name) => name.startsWith(word.slice(0, -1)));
}

/** Each directive stands here once. */
function complain(names) {
  const expected = DIRECTIVES.map(({ name }) => name);
  const missing = expected.filter((name) => !names.includes(name));
  const wrong = names.filter((name, at) => !expected.includes(name) || names.indexOf(name) !== at);
  if (missing.length + wrong.length === 0) return;
  console.error(`directive-notes.mjs: missing ${missing}; unknown or twice ${wrong}`);
  process.exit(1);
}

function columns(name) {
  const directive = findDirective(name);
  const alias = directive.alias === null ? '' : `, also \`${directive.alias}\``;
  const star = isForEmbedding(name) ? '' : ' \\*';
  const usual = printValue(directive, directive.initial);
  return [
    `\`${name}\`${star}${alias}`,
    valuesOf(directive),
    usual === '' ? 'empty' : `\`${usual}\``,
    setOf(directive.flags),
  ];
}

function valuesOf(directive) {
  const { type, unit, clamp } = directive;
  if (type === 'choice') return directive.choices.join(', ');
  if (type !== 'integer') return PATTERNS[type];
  const [minimum, maximum] = clamp ?? [directive.minimum, directive.maximum];
  if (unit === 'octal') return `${minimum.toString(8)} to ${maximum.toString(8)}`;
  if (unit === 'memory-or-percent') return `size, or 0% to ${-minimum}%`;
  const range = `${minimum} to ${boundOf(maximum)}`;
  return unit === 'plain' ? range : `size, ${range}`;
}

/** A bound that is that of a type is a power. */
function boundOf(maximum) {
  for (const bits of [31, 32, 63, 64]) {
    if (maximum === 2n ** BigInt(bits) - 1n) return `2^${bits} - 1`;
  }
  return String(maximum);
}

function setOf(flags) {
  if ((flags & IMMUTABLE) !== 0) return 'start';
  return (flags & PROTECTED) !== 0 ? 'protected' : 'yes';
}

function row(cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
