// Where the program writes: standard output and standard error. Text is latin1: one character per
// byte.
import { errorCode } from '../infrastructure/system-error.ts';

/** Ends the program with status 1, and with its message on standard error unless that is empty. */
export class Failure extends Error {}

export class Screen {
  /** Is there somebody who looks? */
  readonly isTerminal: boolean;
  private isFull = false;

  constructor() {
    this.isTerminal = process.stdout.isTTY === true || process.env.FAKETTY !== undefined;
    process.stdout.on('error', (error) => {
      // Who reads has seen enough: `redstart cli --scan | head`.
      process.exit(errorCode(error) === 'EPIPE' ? 0 : 1);
    });
    process.stderr.on('error', () => {});
  }

  print(text: string): void {
    if (text !== '') this.isFull = !process.stdout.write(text, 'latin1');
  }

  complain(line: string): void {
    process.stderr.write(line + '\n', 'latin1');
  }

  /** Resolves when what was printed has been taken, so that a slow reader is waited for. */
  async taken(): Promise<void> {
    if (!this.isFull || !process.stdout.writableNeedDrain) return;
    await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
    this.isFull = false;
  }

  /** Does the terminal know colours? Asked as redis-cli asks. */
  get isColored(): boolean {
    return this.isTerminal && (process.env.TERM ?? '').includes('xterm');
  }
}
