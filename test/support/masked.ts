// What differs from run to run and from server to server in what is said about connections:
// client ids, addresses, descriptors, times and sizes become signs.
import { CLOSED } from './raw-client.ts';
import { parseReplies, type ReplyTree } from './resp.ts';

/** The replies as text with signs; names are those of known client ids. */
export function masked(replies: Buffer, names: ReadonlyMap<string, string>): Buffer {
  if (replies === CLOSED || replies.length === 0) return replies;
  const text = parseReplies(replies).map((tree) => shown(tree, '', names));
  return Buffer.from(text.join('\n'), 'latin1');
}

function shown(tree: ReplyTree, before: string, names: ReadonlyMap<string, string>): string {
  const { type, items } = tree;
  if ('*~>%|'.includes(type)) {
    const text = items.map((item, i) => shown(item, items[i - 1]?.text ?? '', names));
    return `${type}${items.length}(${text.join(', ')})`;
  }
  if (before === 'id' && type === ':') return ':number';
  if (before === 'version') return 'version';
  // Redis's radix tree has other nodes than ours.
  if (before === 'radix-tree-nodes') return ':number';
  if (type === ':' && isTime(tree.text)) return ':time';
  if (type === ':') return `:${names.get(tree.text) ?? tree.text}`;
  if (type === '+' || type === '-' || '$=!'.includes(type))
    return type + maskedText(tree.text, names);
  return tree.raw.trimEnd();
}

/** Milliseconds since 1970, from 2001 to 2286. */
function isTime(text: string): boolean {
  return /^[1-9]\d{12}$/.test(text);
}

function maskedText(text: string, names: ReadonlyMap<string, string>): string {
  return (
    text
      .replace(/^\d+\.\d{6} /, 'at ')
      .replace(/127\.0\.0\.1:\d+/g, 'address')
      .replace(/\bredir=(\d+)/g, (_, id: string) => `redir=${names.get(id) ?? id}`)
      .replace(/\b(id|fd|age|idle|qbuf-free|rbs|rbp|tot-mem)=\d+/g, '$1=number')
      .replace(/\bmulti-mem=[1-9]\d*/g, 'multi-mem=some')
      // 7.0 has no library's name.
      .replace(/ lib-name=\S* lib-ver=\S*(?=\n)/g, '')
  );
}
