// The rules of style that neither the compiler nor the linter holds, over every source file of
// the project. Each rule is a function from sources to complaints, and each is also fed a bad
// sample that it must catch, so a rule that has gone blind is a failing test.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { LATER } from '../src/infrastructure/compiled.ts';

const LINES_MAX = 500;
const COLUMNS_MAX = 100;

/** Files that may be longer than LINES_MAX, each with its reason. */
const longFiles: Record<string, string> = {};

/** Files that may export a default, each with its reason. */
const defaultExports: Record<string, string> = {
  'tools/reporter.mjs': "node's test runner takes a reporter in no other way",
};

/**
 * Files that may know of each other, but only by their types, with the reason. They may load each
 * other as little as any.
 */
const knots: readonly (readonly [reason: string, ...paths: string[]])[] = [
  [
    'a value may be a table, and tables, their shapes and coroutines are made of values',
    'src/lua/coroutine.ts',
    'src/lua/node-order.ts',
    'src/lua/shape.ts',
    'src/lua/table.ts',
    'src/lua/value.ts',
  ],
];

const REGISTERS = 'what a computation works with: nothing in it outlives the call';
/** Files with variables that functions change and that all servers of a process share, and why. */
const sharedState: Record<string, string> = {
  'src/domain/bytes/compare.ts': REGISTERS,
  'src/domain/bytes/float.ts': REGISTERS,
  'src/domain/bytes/sha1.ts': REGISTERS,
  'src/engine/shared-commands.ts': 'remembers what follows from constant declarations alone',
  'src/lua/library/bit.ts': REGISTERS,
  'src/lua/library/character-sets.ts': 'remembers what follows from a character alone',
  'src/lua/library/cjson-scan.ts': REGISTERS,
  'src/lua/library/float-bytes.ts': REGISTERS,
  'src/lua/library/math.ts': REGISTERS,
  'src/lua/library/names.ts': 'addresses, of which all that matters is that they differ',
  'src/lua/library/string.ts': REGISTERS,
  'src/lua/node-order.ts': REGISTERS,
  'src/lua/shape.ts': 'remembers which shapes follow from which keys',
  'src/lua/source.ts':
    'JavaScript names the source of a frame by a text, which must be found again',
};

/** Methods that change what they are called on. */
const changingMethods = new Set(
  'add clear copyWithin delete fill pop push register reverse set shift sort splice unshift'
    .split(' ')
    .concat(['setFloat64', 'setInt32', 'setUint32']),
);

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
  [
    'modules that are loaded later are imported by names',
    importedWhole,
    ['src/main/a.ts', "import os from 'node:os';"],
    ['src/main/a.ts', "import * as crypto from 'node:crypto';"],
    ['src/main/a.ts', "import v8, { serialize } from 'node:v8';"],
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
    'process and performance are taken as globals',
    importedGlobals,
    ['src/main/a.ts', "import process from 'node:process';"],
    ['src/infrastructure/a.ts', "import { performance } from 'node:perf_hooks';"],
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
    ['src/domain/a.ts', "import type { B } from './b/b.ts';"],
    ['src/domain/a.ts', "export { b } from './b/b.ts';"],
  ],
  [
    'two servers of one process share nothing',
    noSharedState,
    ['src/domain/a.ts', 'let a = 0;'],
    ['src/domain/a.ts', 'export let a: number;'],
    ['src/domain/a.ts', 'const a = new Map();\nfunction f() { a.set(1, 2); }'],
    ['src/domain/a.ts', 'const a = new Uint8Array(8);\nconst f = () => { a[0] = 1; };'],
    ['src/domain/a.ts', 'const a = { b: { c: 0 } };\nfunction f(b: number) { a.b.c += b; }'],
    ['src/domain/a.ts', 'const a = { b: 0 };\nclass C { f() { a.b++; } }'],
    ['src/domain/a.ts', "import { b } from './c.ts';\nfunction f() { b.push(1); }"],
    ['src/domain/a.ts', 'class A { static b = 0; }'],
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

test('the lists of knots and of shared state hold nothing that needs not be there', () => {
  for (const [reason, ...paths] of knots) {
    const found = paths.filter((path) => sources.some((each) => each.path === path));
    assert.deepEqual(found, paths, reason);
  }
  for (const [path, reason] of Object.entries(sharedState)) {
    const found = sources.find((each) => each.path === path);
    assert.ok(found && sharedStateOf(found).length > 0, `${path} shares nothing (${reason})`);
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
    all.filter(({ path }) => defaultExports[path] === undefined),
    (node) =>
      ts.isExportAssignment(node) ||
      node.kind === ts.SyntaxKind.DefaultKeyword ||
      (ts.isExportSpecifier(node) && node.name.text === 'default'),
  );
}

/** Their modules cost each start time (docs/decisions/0014-start.md). */
function importedGlobals(all: readonly Source[]): string[] {
  return all
    .filter(({ path, text }) => path.startsWith('src/') && /'node:(process|perf_hooks)'/.test(text))
    .map(({ path }) => path);
}

/** In dist such a module is an object without properties of its own. */
function importedWhole(all: readonly Source[]): string[] {
  return all.flatMap(({ path, tree }) => {
    const isWhole = tree.statements.some((node) => {
      if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return false;
      if (!LATER.has(node.moduleSpecifier.text)) return false;
      const bindings = node.importClause?.namedBindings;
      return node.importClause?.name !== undefined || !bindings || !ts.isNamedImports(bindings);
    });
    return path.startsWith('src/') && isWhole ? [path] : [];
  });
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
 * Cycles of imports in src, of types too, each told once as a path. Within a knot types may refer
 * to each other.
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

/** The files that a file imports, but for types of its own knot. */
function importsOf({ path, tree }: Source): string[] {
  const knot: readonly string[] = knots.find((each) => each.includes(path, 1)) ?? [];
  return tree.statements.flatMap((node) => {
    if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return [];
    const specifier = node.moduleSpecifier;
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return [];
    if (!specifier.text.startsWith('.')) return [];
    const imported = posix.join(posix.dirname(path), specifier.text);
    return isTypeOnly(node) && knot.includes(imported) ? [] : [imported];
  });
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

/** Variables of modules and classes that functions change. What loading a module changes may. */
function noSharedState(all: readonly Source[]): string[] {
  const inside = all.filter(({ path }) => path.startsWith('src/') && !(path in sharedState));
  return inside.flatMap(sharedStateOf);
}

function sharedStateOf(one: Source): string[] {
  const names = namesOfModule(one.tree);
  return complaintsOfNodes([one], (node) => {
    if (ts.isVariableStatement(node) && node.parent === one.tree) {
      return (node.declarationList.flags & ts.NodeFlags.Const) === 0 && !isDeclared(node);
    }
    if (ts.isPropertyDeclaration(node)) return isStatic(node) && !isReadonly(node);
    const changed = changedBy(node);
    return changed !== null && names.has(changed.text) && isInFunctionWithout(changed);
  });
}

/** The variable that an assignment changes by what it holds, or a call of a changing method. */
function changedBy(node: ts.Node): ts.Identifier | null {
  let target: ts.Expression | null = null;
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const { FirstAssignment, LastAssignment } = ts.SyntaxKind;
    if (kind >= FirstAssignment && kind <= LastAssignment) target = node.left;
  } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator } = node;
    const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
    if (operator === PlusPlusToken || operator === MinusMinusToken) target = node.operand;
  } else if (ts.isDeleteExpression(node)) {
    target = node.expression;
  } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression;
    if (changingMethods.has(name.text) && ts.isIdentifier(expression)) return expression;
  }
  if (target === null || ts.isIdentifier(target)) return null;
  while (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    target = target.expression;
  }
  return ts.isIdentifier(target) ? target : null;
}

/** Names that a module declares at its top, or imports. */
function namesOfModule(tree: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const node of tree.statements) {
    if (ts.isVariableStatement(node)) {
      for (const { name } of node.declarationList.declarations) names.add(name.getText());
    } else if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
      for (const { name } of bindings.elements) names.add(name.text);
    }
  }
  return names;
}

/** Is a name used in a function, and no function around it declares the name for itself? */
function isInFunctionWithout(use: ts.Identifier): boolean {
  let isInFunction = false;
  for (let node: ts.Node = use; node.parent !== undefined; node = node.parent) {
    if (!ts.isFunctionLike(node)) continue;
    isInFunction = true;
    if (declares(node, use.text)) return false;
  }
  return isInFunction;
}

function declares(node: ts.Node, name: string): boolean {
  const isIt =
    (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) &&
    node.name.getText() === name;
  return isIt || (ts.forEachChild(node, (child) => declares(child, name) || undefined) ?? false);
}

function isDeclared(node: ts.VariableStatement): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true;
}

function isStatic(node: ts.PropertyDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;
}

function isReadonly(node: ts.PropertyDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) === true;
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
