// From the command line, the environment and the configuration file to the settings of a server
// that starts; whatever else the process is asked for instead (--version) is answered here.
import { parseCommandLine } from '../adapters/config/command-line.ts';
import { ENVIRONMENT_PREFIX } from '../adapters/config/environment.ts';
import { type ConfigText, loadConfig } from '../adapters/config/load.ts';
import { nearestName } from '../adapters/config/nearest-name.ts';
import type { CommandDeclaration } from '../engine/command.ts';
import { Settings } from '../engine/settings/settings.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { programArguments, variables } from '../infrastructure/arguments.ts';
import { absolutePath, ProcessDirectory } from '../infrastructure/files.ts';
import { checkJournalFiles } from './check-journal.ts';
import { checkRdbFile } from './check-rdb.ts';
import { CommandNames } from './command-names.ts';
import { readConfigText, readStandardInput } from './config-files.ts';
import { examine } from './doctor.ts';
import { pingServer } from './ping.ts';
import { VERSION } from './version.ts';
import { WORDS, type Word } from './words.ts';

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

/** What is printed instead of a start. Latin1. */
export interface Answer {
  readonly output: string;
  readonly status: 0 | 1;
  /** What was asked for, be it good or bad, or why there is no answer. */
  readonly stream: 'stdout' | 'stderr';
}

/** Reads everything that says how to start. */
export function readConfiguration(
  word: Word,
  declarations: readonly CommandDeclaration[],
): Configuration | Answer | Promise<Answer> {
  const args = programArguments();
  if ('unknown' in args) return refusal(notUtf8(`argument '${args.unknown}'`));
  const environment = variables(ENVIRONMENT_PREFIX);
  if ('unknown' in environment) return refusal(notUtf8(`variable ${environment.unknown}`));
  const commandLine = parseCommandLine(word, args);
  switch (commandLine.action) {
    case 'version':
      return { output: versionText(), status: 0, stream: 'stdout' };
    case 'check-rdb':
      return asAnswer(checkRdbFile(commandLine.path));
    case 'check-aof':
      return checkJournalFiles(commandLine.path, commandLine.fixes).then(asAnswer);
    case 'refuse':
      return refusal(commandLine.reason);
    case 'start':
    case 'ping':
    case 'doctor':
      break;
  }
  const settings = new Settings(new ProcessDirectory());
  const names = new CommandNames(declarations);
  // The file is found from the directory at the start, whatever `dir` says later.
  const configFile = commandLine.configFile === null ? '' : absolutePath(commandLine.configFile);
  const standardInput = commandLine.readsStandardInput ? readStandardInput() : null;
  if (standardInput?.problem) return refusal(standardInput.problem);
  const { error, warnings } = loadConfig(
    settings,
    {
      configFile: commandLine.configFile,
      standardInput: standardInput?.text ?? '',
      options: commandLine.options,
      environment,
    },
    {
      read: (path) => {
        const read = readConfigText(path);
        return path === commandLine.configFile ? withWordMeant(read, path) : read;
      },
      renameCommand: (name, newName) => names.rename(name, newName),
      user: () => 'Redstart has no ACL users yet: use requirepass',
    },
    VERSION,
  );
  if (error !== null) return refusal(`\n${error}`);
  if (commandLine.action === 'ping') {
    return pingServer(settings).then(asAnswer);
  }
  if (commandLine.action === 'doctor') {
    return examine(settings, configFile, warnings).then(asAnswer);
  }
  return { settings, commands: names.declarations(), configFile, warnings };
}

/** A file that is not there may be a word that was misspelt. */
function withWordMeant(read: ConfigText, path: string): ConfigText {
  const word = read.problem === null ? null : nearestName(path, WORDS);
  return word === null ? read : { ...read, problem: `${read.problem}\nDid you mean '${word}'?` };
}

function asAnswer({ text, isFine }: { text: string; isFine: boolean }): Answer {
  return { output: text, status: isFine ? 0 : 1, stream: 'stdout' };
}

function refusal(reason: string): Answer {
  return { output: `${reason}\n`, status: 1, stream: 'stderr' };
}

function notUtf8(what: string): string {
  return `The ${what} is not valid UTF-8, and its bytes are not known. Use a configuration file.`;
}

/** `Redstart server v=0.1.0 ...`, in the form of redis-server's. */
function versionText(): string {
  return `Redstart server v=${VERSION} redis=${REDIS_VERSION} node=${process.version}\n`;
}
