// What a server says of its commands, by COMMAND DOCS: for HELP, for completion and for hints.
import { type Connection, ConnectionLost } from './connection.ts';
import type { Reply } from './reply.ts';

/** An argument of a command, or a group of them. */
export interface Argument {
  /** What stands for it in a hint. */
  readonly text: string;
  readonly type: string;
  /** The word before it, or all of it when it is a `pure-token`; '' without one. */
  readonly token: string;
  readonly isOptional: boolean;
  readonly isMultiple: boolean;
  /** The token stands before each of several. */
  readonly repeatsToken: boolean;
  readonly parts: readonly Argument[];
}

export interface CommandDocument {
  /** In capitals; a subcommand has two. */
  readonly words: readonly string[];
  readonly name: string;
  readonly summary: string;
  readonly since: string;
  readonly group: string;
  readonly arguments: readonly Argument[];
}

export class Documents {
  /** Sorted by their names. */
  readonly commands: readonly CommandDocument[];
  readonly groups: readonly string[];

  constructor(commands: readonly CommandDocument[]) {
    this.commands = commands.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.groups = [...new Set(commands.map(({ group }) => group))].sort();
  }

  /** The command that the words begin with; of two the one of more words. */
  find(words: readonly string[]): CommandDocument | null {
    let found: CommandDocument | null = null;
    for (const command of this.commands) {
      const isLonger = command.words.length > (found?.words.length ?? 0);
      if (isLonger && beginsWith(words, command.words)) found = command;
    }
    return found;
  }

  /** What a line may become. `help ` is followed by groups, too. */
  completionsOf(line: string): string[] {
    const [, head, typed] = /^(help\s+|)(.*)$/is.exec(line) ?? ['', '', line];
    const names = this.commands.map(({ name }) => name);
    if (head !== '') names.push(...this.groups.map((group) => `@${group}`));
    const isLower = typed !== typed.toUpperCase();
    return names
      .filter((name) => name.toUpperCase().startsWith(typed.toUpperCase()))
      .map((name) => head + (isLower ? name.toLowerCase() : name));
  }
}

/** Asks a server; null if it does not say. */
export async function loadDocuments(connection: Connection | null): Promise<Documents | null> {
  if (connection === null || connection.lost !== null) return null;
  try {
    const reply = await connection.ask('COMMAND', 'DOCS');
    if (reply.kind !== 'map' && reply.kind !== 'array') return null;
    const commands: CommandDocument[] = [];
    for (const [name, fields] of pairsOf(reply)) addCommand(commands, [name.toUpperCase()], fields);
    return new Documents(commands);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    return null;
  }
}

function addCommand(commands: CommandDocument[], words: readonly string[], reply: Reply): void {
  const fields = new Map(pairsOf(reply));
  const text = (name: string): string => fields.get(name)?.text ?? '';
  const args = fields.get('arguments')?.items.map(argumentOf) ?? [];
  const [summary, since, group] = [text('summary'), text('since'), text('group')];
  commands.push({ words, name: words.join(' '), summary, since, group, arguments: args });
  const subcommands = fields.get('subcommands');
  if (subcommands === undefined || words.length > 1) return;
  for (const [name, document] of pairsOf(subcommands)) {
    // `config|get`
    const word = name.slice(name.indexOf('|') + 1).toUpperCase();
    addCommand(commands, [...words, word], document);
  }
}

function argumentOf(reply: Reply): Argument {
  const fields = new Map(pairsOf(reply));
  const flags = fields.get('flags')?.items.map(({ text }) => text) ?? [];
  return {
    text: fields.get('display_text')?.text ?? fields.get('name')?.text ?? '',
    type: fields.get('type')?.text ?? 'string',
    token: tokenOf(fields.get('token')),
    isOptional: flags.includes('optional'),
    isMultiple: flags.includes('multiple'),
    repeatsToken: flags.includes('multiple_token'),
    parts: fields.get('arguments')?.items.map(argumentOf) ?? [],
  };
}

/** A token may be the empty word, which is written in quotes. */
function tokenOf(reply: Reply | undefined): string {
  if (reply === undefined) return '';
  return reply.text === '' ? '""' : reply.text;
}

/** A map's, or those of an array that stands for one in RESP2. */
function pairsOf({ items }: Reply): [name: string, value: Reply][] {
  const pairs: [string, Reply][] = [];
  for (let i = 0; i + 1 < items.length; i += 2) pairs.push([items[i].text, items[i + 1]]);
  return pairs;
}

function beginsWith(words: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((word, i) => words[i]?.toUpperCase() === word);
}
