// How COMMAND tells of a command: the arrays of COMMAND INFO and the maps of COMMAND DOCS.
import type { Command } from '../../engine/command.ts';
import type { Argument } from '../../engine/declaration/arguments.ts';
import { categoriesOf, flagNames } from '../../engine/declaration/categories.ts';
import type { DocumentationReader } from '../../engine/declaration/documentation.ts';
import {
  accessFlagNames,
  type KeySpecification,
  legacyRangeOf,
} from '../../engine/declaration/key-specifications.ts';
import type { Reply } from '../../engine/reply.ts';

/** The entry of a command in COMMAND INFO; null for a name that no command has. */
export function writeInfo(reply: Reply, command: Command | null): void {
  if (command === null) return reply.nil();
  const { keySpecifications, subcommands } = command;
  const range = legacyRangeOf(keySpecifications);
  reply.array(10);
  reply.bulkText(command.fullName);
  reply.integer(command.arity);
  writeWords(reply, flagNames(command));
  reply.integer(range.first);
  reply.integer(range.last);
  reply.integer(range.step);
  const categories = categoriesOf(command).map((name) => `@${name}`);
  writeWords(reply, categories);
  const tips = command.declaration.tips ?? [];
  reply.set(tips.length);
  for (const tip of tips) reply.bulkText(tip);
  reply.set(keySpecifications.length);
  for (const specification of keySpecifications) writeKeySpecification(reply, specification);
  if (subcommands === null) return reply.set(0);
  reply.array(subcommands.all.length);
  for (const subcommand of subcommands.all) writeInfo(reply, subcommand);
}

/** What is done to a key, as a set of words. */
export function writeAccess(reply: Reply, access: number): void {
  writeWords(reply, accessFlagNames(access));
}

/** The name and the entry of a command in COMMAND DOCS: one pair of a map. */
export function writeDocs(reply: Reply, command: Command, reader: DocumentationReader): void {
  const { declaration, subcommands } = command;
  const { args } = declaration;
  const documentation = reader.of(command);
  const { deprecatedSince, replacedBy, history = [] } = documentation;
  const flags: string[] = [];
  if (deprecatedSince !== undefined) flags.push('deprecated');
  if (documentation.isSystemCommand) flags.push('syscmd');
  reply.bulkText(command.fullName);
  const opened = reply.open();
  let count = writeField(reply, 'summary', documentation.summary);
  count += writeField(reply, 'since', documentation.since);
  count += writeField(reply, 'group', declaration.group);
  count += writeField(reply, 'complexity', documentation.complexity || undefined);
  if (flags.length > 0) {
    count++;
    reply.bulkText('doc_flags');
    writeWords(reply, flags);
  }
  count += writeField(reply, 'deprecated_since', deprecatedSince);
  count += writeField(reply, 'replaced_by', replacedBy);
  if (history.length > 0) {
    count++;
    reply.bulkText('history');
    reply.set(history.length);
    for (const [version, change] of history) {
      reply.array(2);
      reply.bulkText(version);
      reply.bulkText(change);
    }
  }
  if (args.length > 0) {
    count++;
    reply.bulkText('arguments');
    new ArgumentWriter(reply, command.keySpecifications.length).write(args);
  }
  if (subcommands !== null) {
    count++;
    reply.bulkText('subcommands');
    reply.map(subcommands.all.length);
    for (const subcommand of subcommands.all) writeDocs(reply, subcommand, reader);
  }
  reply.closeMap(opened, count);
}

function writeKeySpecification(reply: Reply, specification: KeySpecification): void {
  const { first, last, step, access, notes, keyword, limit = 0 } = specification;
  reply.map(notes === undefined ? 3 : 4);
  writeField(reply, 'notes', notes);
  reply.bulkText('flags');
  writeAccess(reply, access);
  reply.bulkText('begin_search');
  if (specification.isUnknown) writeRule(reply, 'unknown', []);
  else if (keyword === undefined) writeRule(reply, 'index', [['index', first]]);
  else {
    writeRule(reply, 'keyword', [
      ['keyword', keyword],
      ['startfrom', first],
    ]);
  }
  reply.bulkText('find_keys');
  if (specification.isUnknown) return writeRule(reply, 'unknown', []);
  if (specification.isCounted) {
    return writeRule(reply, 'keynum', [
      ['keynumidx', 0],
      ['firstkey', 1],
      ['keystep', step],
    ]);
  }
  writeRule(reply, 'range', [
    ['lastkey', last],
    ['keystep', step],
    ['limit', limit],
  ]);
}

function writeRule(
  reply: Reply,
  type: string,
  fields: readonly (readonly [name: string, value: string | number])[],
): void {
  reply.map(2);
  writeField(reply, 'type', type);
  reply.bulkText('spec');
  reply.map(fields.length);
  for (const [name, value] of fields) {
    reply.bulkText(name);
    if (typeof value === 'string') reply.bulkText(value);
    else reply.integer(value);
  }
}

/** Writes a pair of a map, unless there is no value. Returns the number of pairs written. */
function writeField(reply: Reply, name: string, value: string | undefined): number {
  if (value === undefined) return 0;
  reply.bulkText(name);
  reply.bulkText(value);
  return 1;
}

/** A set of simple strings. */
function writeWords(reply: Reply, words: readonly string[]): void {
  reply.set(words.length);
  for (const word of words) reply.simple(word);
}

/**
 * Writes the tree of arguments, and counts the keys that it meets: each has the next specification.
 */
class ArgumentWriter {
  private readonly reply: Reply;
  private readonly lastSpecification: number;
  private keysMet = 0;

  constructor(reply: Reply, specifications: number) {
    this.reply = reply;
    this.lastSpecification = specifications - 1;
  }

  write(args: readonly Argument[]): void {
    this.reply.array(args.length);
    for (const argument of args) this.writeArgument(argument);
  }

  private writeArgument(argument: Argument): void {
    const { reply } = this;
    const { name, type, children } = argument;
    const specification = this.specificationOf(argument);
    const opened = reply.open();
    let count = 2;
    writeField(reply, 'name', name);
    writeField(reply, 'type', type);
    if (children === undefined) {
      count += writeField(reply, 'display_text', argument.displayText ?? name);
    }
    if (specification >= 0) {
      count++;
      reply.bulkText('key_spec_index');
      reply.integer(specification);
    }
    count += writeField(reply, 'token', argument.token);
    count += writeField(reply, 'summary', argument.summary);
    count += writeField(reply, 'since', argument.since);
    count += writeField(reply, 'deprecated_since', argument.deprecatedSince);
    const flags: string[] = [];
    if (argument.optional) flags.push('optional');
    if (argument.multiple) flags.push('multiple');
    if (argument.multipleToken) flags.push('multiple_token');
    if (flags.length > 0) {
      count++;
      reply.bulkText('flags');
      writeWords(reply, flags);
    }
    if (children !== undefined) {
      count++;
      reply.bulkText('arguments');
      this.write(children);
    }
    reply.closeMap(opened, count);
  }

  /** The key specification of an argument; -1 when it is no key. */
  private specificationOf({ type, keySpecification }: Argument): number {
    if (keySpecification !== undefined) return keySpecification;
    return type === 'key' ? Math.min(this.keysMet++, this.lastSpecification) : -1;
  }
}
