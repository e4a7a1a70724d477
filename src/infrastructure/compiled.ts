// Programs as the runtime compiled them, kept in a file beside the program: a start then reads
// instead of compiling (decisions/0014). The build makes the file, which is as trustworthy as what
// lies beside it. V8 takes nothing that another version of it made, or one with other flags; then
// it compiles the program as ever.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Modules that take milliseconds to load, and that a start need not wait for: of the runtime, and a
 * part of the program. They are imported by names only.
 */
export const LATER: ReadonlySet<string> = new Set([
  'node:crypto',
  'node:os',
  'node:v8',
  'node:worker_threads',
  './lua.js',
]);

/** Where what this runtime compiled a program to is kept. */
export function compiledPath(program: string): string {
  const { version, platform, arch } = process;
  return join(dirname(program), 'compiled', `${version}-${platform}-${arch}.bin`);
}

/** The script of a program in ASCII, and what it was compiled to, if that is known. */
export function scriptOf(program: string, compiledFile?: string): Script {
  const files = compiledFile === undefined ? [program] : [program, compiledFile];
  // Both are read into one buffer, for new memory costs more than reading.
  const buffer = Buffer.allocUnsafeSlow(Math.max(...files.map((file) => statSync(file).size)));
  // Texts of any other encoding take longer to read.
  const source = read(program, buffer).toString('latin1');
  const cachedData = compiledFile === undefined ? undefined : read(compiledFile, buffer);
  return new Script(source, { filename: program, cachedData });
}

/** The bytes of a file, in a buffer that is as large as the file or larger. */
function read(path: string, buffer: Buffer): Buffer {
  const file = openSync(path, 'r');
  try {
    let size = 0;
    for (;;) {
      const more = readSync(file, buffer, size, buffer.length - size, null);
      if (more === 0) return buffer.subarray(0, size);
      size += more;
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Runs a script that calls `require` only while it is loaded, or keeps it, as a module of CommonJS.
 * Returns what it exports.
 */
export function runScript(script: Script, program: string): unknown {
  const scope = globalThis as { require?: (name: string) => unknown; module?: Module };
  const require = createRequire(program);
  const module: Module = { exports: {} };
  scope.require = (name) => (LATER.has(name) ? later(() => require(name)) : require(name));
  scope.module = module;
  script.runInThisContext();
  delete scope.require;
  delete scope.module;
  return module.exports;
}

interface Module {
  exports: unknown;
}

/** A module that is loaded when it is first asked for something. */
function later(load: () => Record<PropertyKey, unknown>): object {
  let loaded: Record<PropertyKey, unknown> | null = null;
  const get = (_target: object, key: PropertyKey): unknown => {
    loaded ??= load();
    return loaded[key];
  };
  return new Proxy({}, { get });
}

/** What a program exports, run as it was compiled; null if this runtime has compiled nothing. */
export function runCompiled(program: string): unknown {
  let script: Script;
  try {
    script = scriptOf(program, compiledPath(program));
  } catch {
    return null;
  }
  return runScript(script, program);
}
