// How replies are printed: for people, raw, as CSV and as JSON, in redis-cli's words. Text is
// latin1: one character per byte.
import { latin1Bytes } from '../domain/bytes/ascii.ts';
import { quoteBytes } from '../domain/bytes/split-args.ts';
import type { Reply } from './reply.ts';

export type OutputMode = 'standard' | 'raw' | 'csv' | 'json' | 'quoted-json';

/** What stands between the items of a reply, and behind a reply, where it is printed raw. */
export interface Delimiters {
  readonly items: string;
  readonly replies: string;
}

/** What is printed for a reply, its line end included. */
export function formatReply(reply: Reply, mode: OutputMode, delimiters: Delimiters): string {
  switch (mode) {
    case 'standard':
      return formatForPeople(reply, '');
    case 'raw':
      return formatRaw(reply, delimiters.items) + delimiters.replies;
    case 'csv':
      return formatCsv(reply) + '\n';
    case 'json':
      return formatJson(reply, escapeJson) + '\n';
    case 'quoted-json':
      return formatJson(reply, quoteTwice) + '\n';
  }
}

/** `"a\x00b"`: in double quotes, all but printable ASCII escaped. */
export function quote(text: string): string {
  return quoteBytes(latin1Bytes(text), 0, text.length);
}

/** The reply as it is: nothing behind it, and no quotes. */
export function formatRaw(reply: Reply, delimiter: string): string {
  const { kind, text, items } = reply;
  switch (kind) {
    case 'nil':
      return '';
    case 'error':
      return text + '\n';
    case 'boolean':
      return text === 't' ? '(true)' : '(false)';
    case 'array':
    case 'set':
    case 'push':
      return items.map((item) => formatRaw(item, delimiter)).join(delimiter);
    case 'map':
      return pairsOf(items)
        .map(([key, value]) => `${formatRaw(key, delimiter)} ${formatRaw(value, delimiter)}`)
        .join(delimiter);
    default:
      return text;
  }
}

/** Its first line stands behind what is there already, the others behind the prefix. */
function formatForPeople(reply: Reply, prefix: string): string {
  const { kind, text, items } = reply;
  switch (kind) {
    case 'error':
      return `(error) ${text}\n`;
    case 'integer':
    case 'double':
      return `(${kind}) ${text}\n`;
    case 'string':
      return quote(text) + '\n';
    case 'nil':
      return '(nil)\n';
    case 'boolean':
      return text === 't' ? '(true)\n' : '(false)\n';
    case 'array':
    case 'set':
    case 'push':
    case 'map':
      if (items.length === 0) return `(empty ${kind === 'map' ? 'hash' : kind})\n`;
      return kind === 'map' ? pairsForPeople(items, prefix) : itemsForPeople(reply, prefix);
    default:
      return text + '\n';
  }
}

function itemsForPeople({ kind, items }: Reply, prefix: string): string {
  const width = String(items.length).length;
  const inner = prefix + ' '.repeat(width + 2);
  const mark = kind === 'set' ? '~' : ')';
  let out = '';
  for (let i = 0; i < items.length; i++) {
    const number = String(i + 1).padStart(width);
    out += `${i === 0 ? '' : prefix}${number}${mark} ${formatForPeople(items[i], inner)}`;
  }
  return out;
}

function pairsForPeople(items: readonly Reply[], prefix: string): string {
  const pairs = pairsOf(items);
  const width = String(pairs.length).length;
  const inner = prefix + ' '.repeat(width + 2);
  let out = '';
  for (let i = 0; i < pairs.length; i++) {
    const [key, value] = pairs[i];
    const number = String(i + 1).padStart(width);
    out += `${i === 0 ? '' : prefix}${number}# `;
    out += formatForPeople(key, inner).slice(0, -1) + ' => ';
    // Several lines begin on one of their own, where they are aligned.
    if (takesLines(value)) out += '\n' + inner;
    out += formatForPeople(value, inner);
  }
  return out;
}

function takesLines({ kind, items }: Reply): boolean {
  const ofEach = kind === 'map' ? 2 : 1;
  return items.length > ofEach || (items.length === ofEach && takesLines(items[ofEach - 1]));
}

function formatCsv({ kind, text, items }: Reply): string {
  switch (kind) {
    case 'error':
      return 'ERROR,' + quote(text);
    case 'integer':
    case 'double':
    case 'bigNumber':
      return text;
    case 'nil':
      return 'NULL';
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'array':
    case 'set':
    case 'push':
    case 'map':
      return items.map(formatCsv).join(',');
    default:
      return quote(text);
  }
}

type StringFormat = (text: string) => string;

function formatJson(reply: Reply, string: StringFormat): string {
  const { kind, text, items } = reply;
  switch (kind) {
    case 'error':
      return 'error:' + string(text);
    case 'integer':
    case 'double':
    case 'bigNumber':
      return text;
    case 'nil':
      return 'null';
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'array':
    case 'set':
    case 'push':
      return `[${items.map((item) => formatJson(item, string)).join(',')}]`;
    case 'map': {
      const members = pairsOf(items).map(
        ([key, value]) => `${jsonName(key, string)}:${formatJson(value, string)}`,
      );
      return `{${members.join(',')}}`;
    }
    default:
      return string(text);
  }
}

/** JSON's names are strings, whatever the keys of a map are. */
function jsonName(key: Reply, string: StringFormat): string {
  const name = formatJson(key, string);
  return name.startsWith('"') || key.kind === 'error' ? name : `"${name}"`;
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '"': '\\"',
  '\\': '\\\\',
};

/** Bytes beyond ASCII stay as they are: they are UTF-8 or they are not. */
function escapeJson(text: string): string {
  const escaped = text.replace(
    /["\\\x00-\x1f]/g,
    (character) =>
      JSON_ESCAPES[character] ?? '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0'),
  );
  return `"${escaped}"`;
}

/** ASCII alone: the escapes of a quoted string, with a backslash before each. */
function quoteTwice(text: string): string {
  return quote(text).replaceAll('\\', '\\\\');
}

function pairsOf(items: readonly Reply[]): [key: Reply, value: Reply][] {
  const pairs: [Reply, Reply][] = [];
  for (let i = 0; i < items.length; i += 2) pairs.push([items[i], items[i + 1]]);
  return pairs;
}
