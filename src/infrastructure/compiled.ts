// Programs as the runtime compiled them, kept in a file beside the program: a start then reads
// instead of compiling (decisions/0014). The build makes the file, which is as trustworthy as what
// lies beside it. V8 takes nothing that another version of it made, or one with other flags; then
// it compiles the program as ever.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Where what this runtime compiled a program to is kept. */
export function compiledPath(program: string): string {
  const { version, platform, arch } = process;
  return join(dirname(program), 'compiled', `${version}-${platform}-${arch}.bin`);
}

/** The script of a program in ASCII, and what it was compiled to, if that is known. */
export function scriptOf(program: string, compiled?: Buffer): Script {
  // Texts of any other encoding take longer to read.
  const source = readFileSync(program, 'latin1');
  return new Script(source, { filename: program, cachedData: compiled });
}

/** Runs a script that calls `require` only while it is loaded, or keeps it. */
export function runScript(script: Script, program: string): void {
  const scope = globalThis as { require?: NodeJS.Require };
  scope.require = createRequire(program);
  script.runInThisContext();
  delete scope.require;
}

/** Runs a program as it was compiled; false if there is nothing compiled by this runtime. */
export function runCompiled(program: string): boolean {
  let compiled: Buffer;
  try {
    compiled = readFileSync(compiledPath(program));
  } catch {
    return false;
  }
  runScript(scriptOf(program, compiled), program);
  return true;
}
