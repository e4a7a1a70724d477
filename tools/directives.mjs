// Writes src/main/embed/directives.ts, the type of the directives that programs give a server which
// they embed, from the table; with --check it writes nothing and fails when the file is not what it
// would write. It reads the compiled table, so build first.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIRECTIVES } from '../build/src/engine/settings/directives.js';
import { printValue } from '../build/src/engine/settings/values.js';
import { isForEmbedding } from '../build/src/main/embed/options.js';
import { root } from './tests.mjs';

const COLUMNS_MAX = 100;
const HEAD = `// The directives of a server that a program embeds, named as in redis.conf.
// Made by tools/directives.mjs from the table of directives: do not edit it.

/** Bytes: a number, or a text with a unit: '100mb'. */
type Bytes = number | \`\${number}\${'' | Unit | Uppercase<Unit>}\`;
type Unit = 'b' | 'k' | 'kb' | 'm' | 'mb' | 'g' | 'gb';
type Percent = \`\${number}%\`;
/** Also false and true. */
type Flag = boolean | 'yes' | 'no';

export interface Directives {
`;

const NUMBERS = {
  plain: ['number'],
  memory: ['Bytes'],
  'memory-or-percent': ['Bytes', 'Percent'],
  octal: ['string'],
};

/** What createServer() sets otherwise than the table. */
const OTHER_DEFAULTS = { save: 'Empty', appendonly: 'yes with the option dir, no without it,' };

const file = join(root, 'src/main/embed/directives.ts');
const text = directivesText();
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error(`directives: ${file} is stale; run node tools/directives.mjs`);
  process.exit(1);
}

/** The text of the file. */
function directivesText() {
  const lines = DIRECTIVES.filter(({ name }) => isForEmbedding(name)).flatMap((directive) => {
    const { name, alias } = directive;
    const usual = printValue(directive, directive.initial) || 'Empty';
    const comment = `  /** ${OTHER_DEFAULTS[name] ?? usual} by default. */`;
    const members = [member(name, directive)];
    if (alias !== null) members.push(`  /** The same as ${name}. */`, member(alias, directive));
    return [comment, ...members];
  });
  return `${HEAD}${lines.join('\n')}\n}\n`;
}

function member(name, directive) {
  const property = /^\w+$/.test(name) ? name : `'${name}'`;
  const types = typesOf(directive);
  const line = `  ${property}?: ${types.join(' | ')};`;
  if (line.length <= COLUMNS_MAX) return line;
  return `  ${property}?:\n${types.map((type) => `    | ${type}`).join('\n')};`;
}

function typesOf(directive) {
  switch (directive.type) {
    case 'flag':
      return ['Flag'];
    case 'choice':
      return directive.choices.map((choice) => `'${choice}'`);
    case 'integer':
      return NUMBERS[directive.unit];
    default:
      return ['string'];
  }
}
