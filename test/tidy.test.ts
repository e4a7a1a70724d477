// The rules of style that neither the compiler nor the linter holds, over every source file of
// the project. Each rule is a function from sources to complaints, and each is also fed a bad
// sample that it must catch, so a rule that has gone blind is a failing test.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const LINES_MAX = 500;
const COLUMNS_MAX = 100;

/** Files that may be longer than LINES_MAX, each with its reason. */
const longFiles: Record<string, string> = {};

/** Effects that come through a port; only src/infrastructure may name them. */
const effects = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'setTimeout',
  'setInterval',
  'setImmediate',
]);

interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

type Rule = (sources: readonly Source[]) => string[];

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = ['src', 'test', 'bench', 'tools'].flatMap(readSources);

/** Each rule, and samples (path and text) of which it must complain. */
const rules: [string, Rule, ...[string, string][]][] = [
  [
    'effects come through ports',
    noEffects,
    ['src/engine/a.ts', 'const a = Date.now();'],
    ['src/main/a.ts', 'const a = Math.random();'],
    ['src/main/a.ts', 'const a = globalThis.performance.now();'],
    ['src/main/a.ts', 'const { now } = Date;'],
    ['src/domain/a.ts', 'setTimeout(() => {}, 1);'],
    ['src/main/a.ts', 'const a = new Date();'],
  ],
  ['files are short', shortFiles, ['src/domain/a.ts', '// a\n'.repeat(LINES_MAX + 1)]],
  ['lines are short', shortLines, ['test/a.ts', '/'.repeat(COLUMNS_MAX + 1)]],
  [
    'nothing is exported as default',
    noDefaultExports,
    ['src/domain/a.ts', 'export default 1;'],
    ['src/domain/a.ts', 'export default function a() {}'],
    ['src/domain/a.ts', 'const a = 1;\nexport { a as default };'],
  ],
  [
    'there are no enums',
    noEnums,
    ['src/domain/a.ts', 'enum A { B }'],
    ['src/domain/a.ts', 'declare const enum A { B }'],
  ],
  [
    'there is no any',
    noAny,
    ['src/domain/a.ts', 'let a: any;'],
    ['src/domain/a.ts', 'f(1 as any);'],
    ['src/domain/a.ts', 'let a: Array<any>;'],
  ],
  [
    'nothing is left to do',
    nothingToDo,
    ['src/domain/a.ts', '// TO' + 'DO later'],
    ['tools/a.mjs', '// FIX' + 'ME'],
  ],
  [
    'src has no import cycles',
    noCycles,
    ['src/domain/a.ts', "import { a } from './a.ts';"],
    ['src/domain/a.ts', "import { type B, b } from './b/b.ts';"],
    ['src/domain/a.ts', "export { b } from './b/b.ts';"],
  ],
  [
    'a file of src opens with a comment',
    opensWithComment,
    ['src/domain/a.ts', 'const a = 1; // a'],
    ['src/domain/a.ts', ''],
  ],
  [
    'there are no barrels',
    noBarrels,
    ['src/domain/index.ts', '// all'],
    ['src/domain/a.ts', "export * from './c.ts';"],
  ],
];

/** What the samples may import: a file without fault, but for importing a.ts back. */
const neighbour = source(
  'src/domain/b/b.ts',
  "// B.\nimport { a } from '../a.ts';\nexport const b = a;",
);

for (const [name, rule, ...samples] of rules) {
  test(name, () => assert.deepEqual(rule(sources), []));
  test(`bad samples are caught: ${name}`, () => {
    for (const [path, text] of samples) {
      const complaints = rule([source(path, text), neighbour]);
      assert.notDeepEqual(complaints, [], `not caught in ${path}: ${text.slice(0, 60)}`);
    }
  });
}

test('a good sample is not complained of', () => {
  const text = [
    '// Date.now is banned in code, not in a comment.',
    "export const a = 'Math.random';",
    'export const company: unknown = { default: 1, timer: new Date(0) };',
  ].join('\n');
  for (const [name, rule] of rules) {
    assert.deepEqual(rule([source('src/domain/a.ts', text), neighbour]), [], name);
  }
  const effect = source('src/infrastructure/clock.ts', '// Clock.\nexport const a = Date.now();');
  assert.deepEqual(noEffects([effect]), []);
});

test('the list of long files holds only long files', () => {
  for (const [path, reason] of Object.entries(longFiles)) {
    const found = sources.find((each) => each.path === path);
    assert.ok(found && linesCount(found) > LINES_MAX, `${path} is not long (${reason})`);
  }
});

function noEffects(all: readonly Source[]): string[] {
  const banned = all.filter(
    ({ path }) => path.startsWith('src/') && !path.startsWith('src/infrastructure/'),
  );
  return complaintsOfNodes(banned, (node) => {
    if (ts.isNewExpression(node)) {
      return node.expression.getText() === 'Date' && !node.arguments?.length;
    }
    if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) {
      const from = node.initializer?.getText() ?? '';
      return node.name.elements.some((each) =>
        effects.has(`${from}.${(each.propertyName ?? each.name).getText()}`),
      );
    }
    if (ts.isPropertyAccessExpression(node)) {
      const path = node.getText().replace(/^globalThis\./, '');
      return effects.has(path);
    }
    return ts.isIdentifier(node) && effects.has(node.text);
  });
}

function shortFiles(all: readonly Source[]): string[] {
  return all
    .filter((each) => linesCount(each) > LINES_MAX && !(each.path in longFiles))
    .map((each) => `${each.path}: ${linesCount(each)} lines`);
}

function shortLines(all: readonly Source[]): string[] {
  return complaintsOfLines(all, (line) => [...line].length > COLUMNS_MAX);
}

function nothingToDo(all: readonly Source[]): string[] {
  const mark = /\b(TO[D]O|FIX[M]E)\b/;
  return complaintsOfLines(all, (line) => mark.test(line));
}

function noDefaultExports(all: readonly Source[]): string[] {
  return complaintsOfNodes(
    all,
    (node) =>
      ts.isExportAssignment(node) ||
      node.kind === ts.SyntaxKind.DefaultKeyword ||
      (ts.isExportSpecifier(node) && node.name.text === 'default'),
  );
}

function noEnums(all: readonly Source[]): string[] {
  return complaintsOfNodes(all, ts.isEnumDeclaration);
}

function noAny(all: readonly Source[]): string[] {
  return complaintsOfNodes(all, (node) => node.kind === ts.SyntaxKind.AnyKeyword);
}

function opensWithComment(all: readonly Source[]): string[] {
  return all
    .filter(({ path, text }) => path.startsWith('src/') && !/^(#!.*\n)?\s*\/[/*]/.test(text))
    .map(({ path }) => path);
}

function noBarrels(all: readonly Source[]): string[] {
  const named = all.filter(({ path }) => /(^|\/)index\.m?[jt]s$/.test(path));
  const isStar = (node: ts.Node) => ts.isExportDeclaration(node) && node.exportClause === undefined;
  return [...named.map(({ path }) => path), ...complaintsOfNodes(all, isStar)];
}

/**
 * Cycles of what src loads at run time, each told once as a path. Types may refer to each other.
 */
function noCycles(all: readonly Source[]): string[] {
  const inside = all.filter(({ path }) => path.startsWith('src/'));
  const imports = new Map(inside.map((each) => [each.path, importsOf(each)]));
  const done = new Set<string>();
  const complaints: string[] = [];

  function visit(path: string, way: string[]): void {
    const seenAt = way.indexOf(path);
    if (seenAt !== -1) complaints.push([...way.slice(seenAt), path].join(' -> '));
    if (seenAt !== -1 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  }
  for (const { path } of inside) visit(path, []);
  return complaints;
}

function importsOf({ path, tree }: Source): string[] {
  return tree.statements
    .filter((node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    .filter((node) => !isTypeOnly(node))
    .map((node) => node.moduleSpecifier)
    .filter((specifier) => specifier !== undefined && ts.isStringLiteral(specifier))
    .map((specifier) => specifier.text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(posix.dirname(path), specifier));
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  if (clause.name !== undefined || bindings === undefined) return false;
  return ts.isNamedImports(bindings) && bindings.elements.every((each) => each.isTypeOnly);
}

function complaintsOfLines(all: readonly Source[], isBad: (line: string) => boolean): string[] {
  return all.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (isBad(line) ? [`${path}:${index + 1}`] : [])),
  );
}

function complaintsOfNodes(all: readonly Source[], isBad: (node: ts.Node) => boolean): string[] {
  const complaints: string[] = [];
  for (const { path, tree } of all) {
    const visit = (node: ts.Node): void => {
      if (isBad(node)) {
        const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
        complaints.push(`${path}:${line + 1}: ${node.getText(tree).slice(0, 60)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return complaints;
}

function linesCount({ text }: Source): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function source(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

function readSources(folder: string): Source[] {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .sort()
    .map((path) => source(path, readFileSync(root + path, 'utf8')));
}
