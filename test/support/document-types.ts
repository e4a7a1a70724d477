// The types of documents' code blocks, checked as a reader's program is that has the package
// installed. All blocks are looked at together: the time goes into what they import.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Block } from './document-blocks.ts';

/**
 * What the compiler has to say of these blocks, as `path:line: message`. `folder` is one in which
 * the package is installed (BlockRunner), `root` the package itself.
 */
export function typeErrorsOf(folder: string, root: string, blocks: readonly Block[]): string[] {
  const files = new Map<string, Block>();
  for (const block of blocks) {
    const file = join(folder, `types-${files.size}.mts`).replaceAll('\\', '/');
    writeFileSync(file, block.code);
    files.set(file, block);
  }
  const program = ts.createProgram([...files.keys()], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
  });
  return ts.getPreEmitDiagnostics(program).map((each) => lineOf(each, files));
}

function lineOf({ file, start, messageText }: ts.Diagnostic, files: Map<string, Block>): string {
  const message = ts.flattenDiagnosticMessageText(messageText, ' ');
  const block = file === undefined ? undefined : files.get(file.fileName);
  if (file === undefined || block === undefined) return `${file?.fileName ?? ''}: ${message}`;
  const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
  return `${block.path}:${block.line + 1 + line}: ${message}`;
}
