// The code blocks of documents that are marked `run`, and how each kind of them is run.
//
// js, ts: a module; behind console.log(...) stands what it prints, or it is a test of node:test,
// vitest or jest, which passes. console: lines that begin with `$ ` are for a shell, and below each
// stands what it prints, where `...` stands for anything, on a line of its own for any lines; a
// server started with & is waited for. Ports 6379 and 6380 are in truth free ones.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import ts from 'typescript';
import { runProgram } from './run-program.ts';
import { freePort, reference } from './server.ts';

export interface Block {
  readonly path: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

export interface Outcome {
  readonly text: string;
  readonly code: number | null;
}

/** What the blocks import, and the product, whose root it is. */
const PACKAGES = ['ioredis', 'redis', 'bullmq', 'vitest', 'jest'];

/** Runners of tests: what tells that a block is for them, its file, how it is run, what is said. */
const RUNNERS = [
  { sign: "from 'vitest'", file: 'block.test.mjs', args: ['vitest/vitest.mjs', 'run'] },
  {
    sign: 'jest.',
    file: 'block.test.cjs',
    args: ['jest/bin/jest.js', '--config', JSON.stringify(jestConfig())],
  },
] as const;
const PASSED = /Tests.*[1-9]\d* passed/;

/** Whose home it is has the programs of the package; the client's usual port is a free one. */
const PROGRAMS: Readonly<Record<string, string>> = {
  redstart: `case "$1" in cli|bench)
  word=$1
  shift
  set -- "$word" -p "$REDSTART_PORT" "$@"
esac
exec node "$REDSTART_ROOT/dist/redstart.js" "$@"`,
  npx: 'exec "$@"',
  // It waits five seconds for more replicas before it sends a dump.
  'redis-server': `PATH=$OUTER_PATH
exec "$REDSTART_REFERENCE" "$@" --repl-diskless-sync-delay 0`,
};

/** The shell's own lines around a block. */
const SHELL = `exec 2>&1
servers=
trap 'kill $servers 2>/dev/null || :; wait' EXIT
started() {
  while read -r line; do
    case $line in *'Ready to accept connections'*) return;; esac
  done <"$1"
  false
}
`;

export function blocksOf(path: string, document: string): Block[] {
  return [...document.matchAll(/^```(\w+) run\n([\s\S]*?)^```$/gm)].map((match) => ({
    path,
    line: document.slice(0, match.index).split('\n').length,
    language: match[1],
    code: match[2],
  }));
}

/** Why a block cannot be run here; empty when it can. */
export function problemOf({ language, code }: Block): string {
  if (language !== 'console') return '';
  if (process.platform === 'win32') return 'there is no sh';
  const wantsReference = code.includes('redis-server') && process.env.CI !== 'true';
  return wantsReference ? reference().problem : '';
}

/** What a block says that it prints, as a pattern; null when it says nothing and is no test. */
export function saysOf({ language, code }: Block): RegExp | null {
  if (language === 'console') {
    return patternOf(code.split('\n').filter((line) => !/^(\$ |$)/.test(line)));
  }
  const lines = [...code.matchAll(/^ *console\.log\(.*\); \/\/ (.*)$/gm)].map((match) => match[1]);
  if (lines.length > 0) return patternOf(lines);
  if (runnerOf(code) !== undefined) return PASSED;
  return code.includes("from 'node:test'") ? /^(#|ℹ) fail 0$/m : null;
}

/** Runs blocks in a directory in which the package, and what else they import, is installed. */
export class BlockRunner {
  private readonly folder: string;
  private readonly root: string;

  constructor(folder: string, root: string) {
    this.folder = folder;
    this.root = root;
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/redstart'), 'junction');
    for (const name of PACKAGES) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
    }
    mkdirSync(join(folder, 'bin'));
    for (const [name, lines] of Object.entries(PROGRAMS)) {
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${lines}\n`);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
  }

  async run({ language, code }: Block): Promise<Outcome> {
    const own = mkdtempSync(join(this.folder, 'block-'));
    const usual = String(await freePort());
    const here = code.replaceAll('6379', usual).replaceAll('6380', String(await freePort()));
    if (language === 'console') return this.shell(here, own, usual);
    const runner = runnerOf(code);
    const file = join(own, runner?.file ?? 'block.mjs');
    const { ESNext: module } = ts.ModuleKind;
    const options = { module, target: ts.ScriptTarget.ES2022 };
    writeFileSync(file, ts.transpileModule(here, { compilerOptions: options }).outputText);
    if (runner === undefined) return runProgram([file], own);
    const [program, ...args] = runner.args;
    return runProgram([join(this.root, 'node_modules', program), ...args], own);
  }

  private async shell(code: string, own: string, port: string): Promise<Outcome> {
    const lines = code.split('\n').filter((line) => line.startsWith('$ '));
    const child = spawn('sh', ['-ec', SHELL + lines.map(commandOf).join('\n')], {
      cwd: own,
      env: {
        HOME: own,
        PATH: [join(this.folder, 'bin'), dirname(process.execPath), process.env.PATH].join(
          delimiter,
        ),
        OUTER_PATH: process.env.PATH,
        FAKETTY: '1',
        REDSTART_PORT: port,
        REDSTART_REFERENCE: reference().path,
        REDSTART_ROOT: this.root,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const printed = await text(child.stdout);
    return { text: printed.replaceAll('\r\n', '\n'), code: await ended };
  }
}

/** A command of the shell; a program that goes on is waited for until it answers. */
function commandOf(line: string, index: number): string {
  const [, command, isServer] = /^\$ (.*?)( &)?(?: +#.*)?$/.exec(line) ?? [];
  if (isServer === undefined) return command;
  // The server holds both ends of its log, so that it can go on when nobody reads any more.
  const log = `log-${index}`;
  return `mkfifo ${log}
${command} 1<>${log} 2>&1 &
servers="$servers $!"
started ${log}`;
}

function runnerOf(code: string): (typeof RUNNERS)[number] | undefined {
  return RUNNERS.find(({ sign }) => code.includes(sign));
}

function jestConfig(): object {
  return {
    rootDir: '.',
    testMatch: ['**/*.test.cjs'],
    setupFilesAfterEnv: ['redstart/jest'],
    watchman: false,
  };
}

function patternOf(lines: readonly string[]): RegExp {
  const patterns = lines.map((line) => {
    if (line === '...') return '(?:.*\\n)*';
    const parts = line.split('...').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return `${parts.join('.*')}\\n`;
  });
  return new RegExp(`^${patterns.join('')}$`);
}
