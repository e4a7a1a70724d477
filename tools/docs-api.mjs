// Writes docs/reference/api.md, what programs import, from the declarations of the package as it is
// built; with --check it writes nothing and fails when the file is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './tests.mjs';

const HEAD = `# What programs import

<!-- Made by tools/docs-api.mjs from the declarations of the package: do not edit. -->

Each entry is there for \`import\` and for \`require\`.
[embedding.md](../guide/embedding.md) and [testing.md](../guide/testing.md) tell how it is used.
`;

/** Declared to the compiler name by name, and told of in configuration.md. */
const DIRECTIVES = 'Directives';
const INSTEAD = 'Directives as in redis.conf: [configuration.md](configuration.md).';
/** Of an entry that works by being loaded. */
const NOTHING = 'A setup file, which works by being loaded, as the guide says.';

const file = join(root, 'docs/reference/api.md');
const { name: product, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const text = [HEAD, ...Object.entries(exports).flatMap(([path, entry]) => entryOf(path, entry))];
if (!process.argv.includes('--check')) {
  writeFileSync(file, text.join('\n'));
  console.log(`docs-api: wrote ${file}`);
} else if (readFileSync(file, 'utf8') !== text.join('\n')) {
  console.error(`${file} is stale; run node tools/docs-api.mjs`);
  process.exit(1);
}

/** What one of the package's entries declares: what it makes first, then what that is made of. */
function entryOf(path, entry) {
  const types = entry.import?.types ?? entry.types;
  if (types === undefined) return [];
  const text = readFileSync(join(root, types), 'utf8');
  const tree = ts.createSourceFile(types, text, ts.ScriptTarget.Latest, true);
  const exported = tree.statements.filter(
    ({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true,
  );
  const heading = [`## ${path.replace(/^\./, product)}`, ''];
  if (exported.length === 0) return [...heading, NOTHING, ''];
  const values = exported.filter((node) => !isType(node));
  const sections = [...values.reverse(), ...exported.filter(isType)].map((node) => section(node));
  return [...heading, ...sections.flat()];
}

function section(node) {
  const name = node.name?.text ?? node.declarationList.declarations[0].name.getText();
  const heading = [`### ${name}`, ''];
  if (name === DIRECTIVES) return [...heading, INSTEAD, ''];
  const words = ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => comment)
    .join('\n')
    .replaceAll('\n', ' ');
  const code = node.getText().replace(/^export (declare )?/, '');
  return [...heading, ...(words === '' ? [] : [words, '']), '```ts', code, '```', ''];
}

function isType(node) {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}
