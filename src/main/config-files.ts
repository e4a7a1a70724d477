// The files of a configuration: one, or all that a pattern matches, found as glob(3) finds them.
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import type { ConfigText } from '../adapters/config/load.ts';
import { isPattern, matchesName, unescaped } from '../adapters/config/path-pattern.ts';
import { pathBytes, readText } from '../infrastructure/files.ts';
import { codeWords, errorWords } from '../infrastructure/system-error.ts';

/**
 * A file's text; for a path with wildcards those of all files that match, sorted by their paths,
 * one after the other, and '' if there are none.
 */
export function readConfigText(path: string): ConfigText {
  const texts: string[] = [];
  for (const file of isPattern(path) ? expandPattern(path) : [path]) {
    const { text, failure } = readText(file);
    if (failure !== '') {
      const problem = `Fatal error, can't open config file '${file}': ${codeWords(failure)}`;
      return { text: '', problem };
    }
    texts.push(text);
  }
  return { text: texts.join('\n'), problem: null };
}

/** What the standard input holds. */
export function readStandardInput(): ConfigText {
  try {
    return { text: readFileSync(0, 'latin1'), problem: null };
  } catch (error) {
    return { text: '', problem: `Can't read the standard input: ${errorWords(error)}` };
  }
}

/** The paths that a pattern matches. Texts are latin1. */
function expandPattern(pattern: string): string[] {
  let paths = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/')) {
    if (part !== '') paths = paths.flatMap((path) => stepInto(path, part));
  }
  return paths.sort();
}

/** The entries of a directory that one part of a pattern stands for. */
function stepInto(directory: string, part: string): string[] {
  const prefix = directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
  if (!isPattern(part)) {
    const path = prefix + unescaped(part);
    return isThere(path) ? [path] : [];
  }
  return listDirectory(directory === '' ? '.' : directory)
    .filter((name) => matchesName(part, name))
    .map((name) => prefix + name);
}

/** The entries of a directory, with itself and the one above; none if it cannot be read. */
function listDirectory(path: string): string[] {
  try {
    const names = readdirSync(pathBytes(path), 'buffer').map((name) => name.toString('latin1'));
    return ['.', '..', ...names];
  } catch {
    return [];
  }
}

/** Also for a link that leads nowhere: that one cannot be opened then, and the start says so. */
function isThere(path: string): boolean {
  try {
    lstatSync(pathBytes(path));
    return true;
  } catch {
    return false;
  }
}
