// HELP, for people: of all, of a command, of a group of commands. The texts are the server's.
import type { Client } from './client.ts';
import { type CommandDocument, type Documents, loadDocuments } from './documents.ts';
import { syntaxOf } from './hints.ts';

const GENERAL = [
  'redstart cli',
  'To get help about Redis commands type:',
  '      "help @<group>" to get a list of commands in <group>',
  '      "help <command>" for help on <command>',
  '      "help <tab>" to get a list of possible help topics',
  '      "quit" to exit',
  '',
  'To set preferences:',
  '      ":set hints" enable online hints',
  '      ":set nohints" disable online hints',
  'Set your preferences in ~/.redisclirc',
  '',
].join('\n');

/** Is it HELP or `?`, which need no server's answer? */
export function asksForHelp(words: readonly string[]): boolean {
  return words[0].toLowerCase() === 'help' || words[0] === '?';
}

/** Prints the help that the words ask for. False if there is no server to ask. */
export async function printHelp(client: Client, words: readonly string[]): Promise<boolean> {
  const { screen } = client;
  if (words.length === 1) {
    screen.print(GENERAL);
    return true;
  }
  if (client.connection === null) await client.connect(true);
  client.documents ??= await loadDocuments(client.connection);
  if (client.documents === null) {
    screen.complain('There is no server that tells of its commands.');
    return false;
  }
  const [, ...topic] = words;
  for (const command of topicsOf(client.documents, topic)) {
    screen.print(textOf(command, !topic[0].startsWith('@')));
  }
  screen.print('\r\n');
  return true;
}

function topicsOf({ commands }: Documents, topic: readonly string[]): readonly CommandDocument[] {
  if (topic[0].startsWith('@')) {
    const group = topic[0].slice(1).toLowerCase();
    return commands.filter((command) => command.group.toLowerCase() === group);
  }
  return commands.filter(({ words }) => topic.every((word, i) => words[i] === word.toUpperCase()));
}

function textOf(command: CommandDocument, hasGroup: boolean): string {
  const { name, summary, since, group } = command;
  let text = `\r\n  \x1b[1m${name}\x1b[0m \x1b[90m${syntaxOf(command)}\x1b[0m\r\n`;
  text += `  \x1b[33msummary:\x1b[0m ${summary}\r\n`;
  if (since !== '') text += `  \x1b[33msince:\x1b[0m ${since}\r\n`;
  if (hasGroup) text += `  \x1b[33mgroup:\x1b[0m ${group}\r\n`;
  return text;
}
