// The words of `redstart`: their help, what completes them, what a link's name stands for, and
// what is said of a misspelt one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { completionFor, SHELLS } from '../../src/adapters/help/completion.ts';
import { pageText } from '../../src/adapters/help/page.ts';
import { DIRECTIVES } from '../../src/engine/settings/directives.ts';
import { SERVER_PAGE, WORD_PAGES } from '../../src/main/pages.ts';
import { takeWord, WORDS } from '../../src/main/words.ts';
import { runProgram } from '../support/run-program.ts';

const START = fileURLToPath(new URL('../../src/main/start.js', import.meta.url));
const COLUMNS_MAX = 80;

const folder = mkdtempSync(join(tmpdir(), 'redstart-words-'));
after(() => rmSync(folder, { recursive: true }));

const pages = WORDS.map((word) => ({ word, ...WORD_PAGES[word] }));
const texts = new Map(pages.map(({ word, page }) => [`redstart ${word} --help`, pageText(page)]));
texts.set('redstart --help', pageText(SERVER_PAGE));

for (const [command, text] of texts) {
  test(`${command}: 80 columns, three examples`, () => {
    const lines = text.split('\n');
    assert.deepEqual(
      lines.filter((line) => line.length > COLUMNS_MAX),
      [],
    );
    assert.match(lines[0], /^Usage: redstart/);
    const examples = lines.slice(lines.indexOf('Examples:') + 1).filter((line) => line !== '');
    assert.equal(examples.length, 3, text);
    assert.match(text, /^ {2}(-h, )?--help {2,}Print this\.$/m);
  });
}

const COMMANDS: readonly (readonly [args: string, says: RegExp, code: number])[] = [
  ['help', /^Usage: redstart \[\/path[\s\S]*\n {2}doctor {2,}Would a server start/, 0],
  ['-h', /^Usage: redstart \[\/path/, 0],
  ['help check-aof', /^Usage: redstart check-aof/, 0],
  ['help help', /^Usage: redstart help/, 0],
  ['help --help', /^Usage: redstart help/, 0],
  ['check-rdb --help', /^Usage: redstart check-rdb/, 0],
  ['cli --help', /^Usage: redstart cli/, 0],
  ['completion -h', /^Usage: redstart completion/, 0],
  ['completion', /^Usage: redstart completion/, 1],
  ['completion tcsh', /^Usage: redstart completion bash\|zsh\|fish\n$/, 1],
  ['help docter', /^There is no word 'docter'\. Did you mean 'doctor'\?\n$/, 1],
  ['help nonsense', /^There is no word 'nonsense'\. They are: cli, /, 1],
  ['docter', /^\nFatal error, can't open config file 'docter': .*\nDid you mean 'doctor'\?\n$/, 1],
  ['--maxmemroy 1mb', /\nBad directive .*\nDid you mean 'maxmemory'\?\n$/, 1],
  ['check-rdb', /^Usage: redstart check-rdb <file\.rdb>\n$/, 1],
];

for (const [args, says, code] of COMMANDS) {
  test(`redstart ${args}`, async () => {
    const ended = await runProgram([START, ...args.split(' ')], folder);
    assert.match(ended.text, says);
    assert.equal(ended.code, code);
  });
}

const PROGRAMS: readonly (readonly [argv: string, word: string, rest: string])[] = [
  ['/bin/redstart', '', ''],
  ['/bin/redstart ping a', 'ping', 'a'],
  ['/lib/redstart/dist/redstart.js check-aof --fix a', 'check-aof', '--fix a'],
  ['/bin/redstart ./ping', '', './ping'],
  ['/bin/redis-server ping', '', 'ping'],
  ['/bin/redis-cli ping', 'cli', 'ping'],
  ['/bin/redis-benchmark -q', 'bench', '-q'],
  ['/bin/redis-check-rdb a', 'check-rdb', 'a'],
  ['/bin/redis-check-aof --fix a', 'check-aof', '--fix a'],
];

for (const [argv, word, rest] of PROGRAMS) {
  test(`${argv}: ${word || 'a server'}`, () => {
    const words = ['node', ...argv.split(' ')];
    assert.equal(takeWord(words), word);
    assert.equal(words.slice(2).join(' '), rest);
  });
}

// A link to a file takes a privilege there.
const noLinks = process.platform === 'win32' ? 'Windows makes no such links' : false;

test('a link named redis-check-rdb', { skip: noLinks }, async () => {
  symlinkSync(START, join(folder, 'redis-check-rdb'));
  writeFileSync(join(folder, 'dump.rdb'), 'nonsense');
  const { text, code } = await runProgram([join(folder, 'redis-check-rdb'), 'dump.rdb'], folder);
  assert.match(text, /^\[offset 0\] Checking RDB file dump\.rdb\n/);
  assert.equal(code, 1);
});

const COMPLETED: readonly (readonly [line: string, first: string, count: number])[] = [
  ['redstart ', 'cli', WORDS.length],
  ['redstart ch', 'check-aof', 2],
  ['redstart --maxmemory-p', '--maxmemory-policy', 1],
  ['redstart --maxmemory-policy a', 'allkeys-lru', 3],
  ['redstart a.conf --appendonly ', 'yes', 2],
  ['redstart cli --pat', '--pattern', 1],
  ['redstart-cli --mem', '--memkeys', 2],
  ['redstart-benchmark --comp', '--compare', 1],
  ['redstart completion ', 'bash', SHELLS.length],
  ['redstart help d', 'doctor', 1],
  ['redstart check-rdb d', '', 0],
];

function scriptFor(shell: (typeof SHELLS)[number]): string {
  return completionFor(shell, SERVER_PAGE, pages, DIRECTIVES);
}

/** Is the program there? */
function whyNot(name: string): string | false {
  return spawnSync(name, ['-c', 'true']).status === 0 ? false : `there is no ${name}`;
}

test('bash completes', { skip: whyNot('bash') }, () => {
  const script = [scriptFor('bash')];
  for (const [line] of COMPLETED) {
    const words = line.split(' ').map((word) => `'${word}'`);
    script.push(`COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}`);
    script.push('_redstart; echo "$' + '{COMPREPLY[0]} $' + '{#COMPREPLY[@]}"');
  }
  const { stdout } = spawnSync('bash', ['-c', script.join('\n')], { encoding: 'utf8' });
  const expected = COMPLETED.map(([, first, count]) => `${first} ${count}`);
  assert.deepEqual(stdout.trimEnd().split('\n'), expected);
});

test('fish completes', { skip: whyNot('fish') }, () => {
  const asks = COMPLETED.map(([line]) => `complete -C '${line}'; echo .`);
  const script = join(folder, 'completion.fish');
  writeFileSync(script, `${scriptFor('fish')}\n${asks.join('\n')}`);
  const { stdout, stderr } = spawnSync('fish', ['--no-config', script], { encoding: 'utf8' });
  assert.equal(stderr, '');
  checkOffered(stdout.split(/^\.\n/m).map((text) => text.split(/\t.*\n|\n/)));
});

test('zsh completes', { skip: whyNot('zsh') }, () => {
  // What its completion would show: it takes seconds to load.
  const stubs = 'compdef() {}; _files() {}; _describe() { print -rl -- $' + '{(P)@[-1]}; }';
  const asks = COMPLETED.map(([line]) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    const setting = `words=(${words.join(' ')}) CURRENT=${words.length} PREFIX=${words.at(-1)}`;
    return `${setting}; _redstart; print .`;
  });
  const script = [stubs, scriptFor('zsh'), ...asks].join('\n');
  const { stdout, stderr } = spawnSync('zsh', ['-fc', script], { encoding: 'utf8' });
  assert.equal(stderr, '');
  checkOffered(stdout.split(/^\.\n/m).map((text) => text.split(/:.*\n|\n/)));
});

/** Is what is wanted among what each line is offered? */
function checkOffered(offered: readonly (readonly string[])[]): void {
  for (const [i, [line, first]] of COMPLETED.entries()) {
    if (first !== '') assert.ok(offered[i].includes(first), `${line}: ${offered[i]}`);
  }
}
