// `redstart help`, `redstart --help` and `redstart completion`: texts alone, which no server needs.
import { nearestName } from '../adapters/config/nearest-name.ts';
import { completionFor, SHELLS } from '../adapters/help/completion.ts';
import { pageText } from '../adapters/help/page.ts';
import { DIRECTIVES } from '../engine/settings/directives.ts';
import { SERVER_PAGE, WORD_PAGES } from './pages.ts';
import { WORDS, type Word } from './words.ts';

/** Prints what is asked for and sets the status of the process. */
export function runHelp(word: Word): void {
  const first: string | undefined = process.argv[2];
  if (first === '--help' || first === '-h') print(word);
  else if (word === 'completion') printCompletion(first ?? '');
  else print(first ?? '');
}

/** The help of a word, or of the server. */
function print(name: string): void {
  if (name === '') return say(pageText(SERVER_PAGE));
  const word = WORDS.find((known) => known === name);
  if (word !== undefined) return say(pageText(WORD_PAGES[word].page));
  const nearest = nearestName(name, WORDS);
  const meant = nearest === null ? `They are: ${WORDS.join(', ')}.` : `Did you mean '${nearest}'?`;
  complain(`There is no word '${name}'. ${meant}`);
}

function printCompletion(name: string): void {
  const shell = SHELLS.find((known) => known === name);
  if (shell === undefined) return complain(`Usage: ${WORD_PAGES.completion.page.usage[0]}`);
  const pages = WORDS.map((word) => ({ word, ...WORD_PAGES[word] }));
  say(completionFor(shell, SERVER_PAGE, pages, DIRECTIVES));
}

function say(text: string): void {
  process.stdout.write(text);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
