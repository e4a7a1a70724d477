// From the command line, the environment and the configuration file to the settings of a server
// that starts; whatever else the process is asked for instead (--version) is answered here.
import { readdirSync, readFileSync } from 'node:fs';
import { parseCommandLine, usageText } from '../adapters/config/command-line.ts';
import { loadConfig } from '../adapters/config/load.ts';
import { globMatch } from '../domain/bytes/glob.ts';
import type { CommandDeclaration } from '../engine/command.ts';
import { Settings } from '../engine/settings/settings.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import {
  absolutePath,
  fromLatin1,
  ProcessDirectory,
  readText,
  toLatin1,
} from '../infrastructure/host.ts';
import { errorWords } from '../infrastructure/system-error.ts';
import { CommandNames } from './command-names.ts';
import { VERSION } from './version.ts';

/** What a start is made of. Texts are latin1: one character per byte. */
export interface Configuration {
  readonly settings: Settings;
  /** The commands under their names after rename-command. */
  readonly commands: readonly CommandDeclaration[];
  /** The absolute path; '' without a file. */
  readonly configFile: string;
  /** Lines for the log. */
  readonly warnings: readonly string[];
}

/** What is printed instead of a start. */
export interface Answer {
  readonly output: string;
  readonly isError: boolean;
}

/** Reads everything that says how to start. `args` are those behind the program's name. */
export function readConfiguration(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  declarations: readonly CommandDeclaration[],
): Configuration | Answer {
  const commandLine = parseCommandLine(args.map(toLatin1));
  switch (commandLine.action) {
    case 'version':
      return { output: versionText(), isError: false };
    case 'help':
      return { output: usageText(), isError: false };
    case 'refuse':
      return { output: `${commandLine.reason}\n`, isError: true };
    case 'start':
      break;
  }
  const settings = new Settings(new ProcessDirectory());
  const names = new CommandNames(declarations);
  // The file is found from the directory at the start, whatever `dir` says later.
  const configFile = commandLine.configFile === null ? '' : absolutePath(commandLine.configFile);
  let standardInput: string | null = null;
  try {
    if (commandLine.readsStandardInput) standardInput = readFileSync(0, 'latin1');
  } catch (error) {
    const output = `Can't read the standard input: ${errorWords(error)}\n`;
    return { output, isError: true };
  }
  const { error, warnings } = loadConfig(
    settings,
    {
      configFile: commandLine.configFile,
      standardInput,
      options: commandLine.options,
      environment: latin1Environment(environment),
    },
    {
      read: readFiles,
      renameCommand: (name, newName) => names.rename(name, newName),
      user: () => 'Redstart has no ACL users yet: use requirepass',
    },
    VERSION,
  );
  if (error !== null) return { output: `\n${error}\n`, isError: true };
  return { settings, commands: names.declarations(), configFile, warnings };
}

/** `Redstart server v=0.1.0 ...`, in the form of redis-server's. */
function versionText(): string {
  return `Redstart server v=${VERSION} redis=${REDIS_VERSION} node=${process.version}\n`;
}

function latin1Environment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const texts: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(environment)) {
    texts[toLatin1(name)] = value === undefined ? undefined : toLatin1(value);
  }
  return texts;
}

/** A file's text, or those of all files that a pattern matches; null if there is no such file. */
function readFiles(path: string): string | null {
  if (!/[*?[]/.test(path)) return readText(path);
  let text = '';
  for (const match of expandPattern(path)) text += `${readText(match) ?? ''}\n`;
  return text;
}

/** The paths that a pattern matches, sorted, as glob(3) finds them. */
function expandPattern(pattern: string): string[] {
  let paths = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/')) {
    if (part === '') continue;
    paths = paths.flatMap((path) => stepInto(path, part));
  }
  return paths;
}

/** The entries of a directory that one part of a pattern stands for. */
function stepInto(directory: string, part: string): string[] {
  const prefix = directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
  if (!/[*?[]/.test(part)) return [prefix + part];
  const names = listDirectory(directory === '' ? '.' : directory).filter(
    // A hidden file is meant only by a pattern that begins with its dot.
    (name) => name.startsWith('.') === part.startsWith('.') && matches(part, name),
  );
  return names.sort().map((name) => prefix + name);
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(fromLatin1(path)).map(toLatin1);
  } catch {
    return [];
  }
}

function matches(pattern: string, name: string): boolean {
  const patternBytes = Buffer.from(pattern, 'latin1');
  const nameBytes = Buffer.from(name, 'latin1');
  return globMatch(patternBytes, 0, patternBytes.length, nameBytes, 0, nameBytes.length, false);
}
