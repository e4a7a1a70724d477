// A program in a real terminal: tmux, of which each test has a server of its own.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CLIENT = fileURLToPath(new URL('../../src/main/cli.js', import.meta.url));
const LIMIT_MS = 20_000;
const POLL_MS = 20;

/** Why there is no terminal to test in; false if there is one. */
export const noTerminal: string | false =
  spawnSync('tmux', ['-V']).error === undefined ? false : 'there is no tmux';

export class Terminal {
  /** What belongs to it: tmux's socket, the history. */
  readonly directory = mkdtempSync(join(tmpdir(), 'redstart-terminal-'));
  readonly historyPath = join(this.directory, 'history');
  private readonly socket = join(this.directory, 'tmux');

  /** A program with these arguments; when it has ended its status is shown. */
  static async start(path: string, args: readonly string[]): Promise<Terminal> {
    const terminal = new Terminal();
    const settings = `HOME=${terminal.directory} REDISCLI_HISTFILE=${terminal.historyPath}`;
    const program = `${settings} '${process.execPath}' '${path}' ${args.join(' ')}`;
    const command = `${program}; echo "status $?"; cat`;
    await terminal.tmux('-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', command);
    return terminal;
  }

  /** Types a text, and keys by their tmux names where they stand in an array: ['Enter']. */
  async type(...parts: readonly (string | readonly string[])[]): Promise<void> {
    for (const part of parts) {
      if (typeof part === 'string') await this.tmux('send-keys', '-l', part);
      else await this.tmux('send-keys', ...part);
    }
  }

  /** Waits until the screen matches, and resolves to it. */
  async shows(pattern: RegExp): Promise<string> {
    const endMs = Date.now() + LIMIT_MS;
    for (;;) {
      const { stdout } = await this.tmux('capture-pane', '-p');
      if (pattern.test(stdout)) return stdout;
      if (Date.now() > endMs) throw new Error(`no ${pattern} in:\n${stdout}`);
      // Each look is a process of its own, which would take the processor from what is looked at.
      await setTimeout(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    await this.tmux('kill-server');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private tmux(...args: readonly string[]): Promise<{ stdout: string }> {
    return run('tmux', ['-S', this.socket, ...args]);
  }
}

/** Runs a test in a terminal of its own, in which `redstart cli` runs, or another program. */
export async function withTerminal(
  args: readonly string[],
  use: (terminal: Terminal) => Promise<void>,
  program = CLIENT,
): Promise<void> {
  const terminal = await Terminal.start(program, args);
  try {
    await use(terminal);
  } finally {
    await terminal.stop();
  }
}
