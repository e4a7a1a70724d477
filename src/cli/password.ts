// `--askpass`: a password that nobody sees, neither on the screen nor in the list of processes.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { toLatin1 } from '../infrastructure/files.ts';
import { Failure, type Screen } from './screen.ts';

/** Latin1: one character per byte. */
export function askPassword(screen: Screen): Promise<string> {
  screen.print('Please input password: ');
  // What the line editor would show goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const editor = createInterface({
    input: process.stdin,
    output,
    terminal: process.stdin.isTTY === true,
    historySize: 0,
  });
  return new Promise((resolve, reject) => {
    editor.once('line', (line) => {
      resolve(toLatin1(line));
      editor.close();
    });
    editor.once('SIGINT', () => editor.close());
    editor.once('close', () => {
      screen.print('\n');
      reject(new Failure(''));
    });
  });
}
