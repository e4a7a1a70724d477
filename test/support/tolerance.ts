// How replies of the reference and of Redstart are compared, and what may differ in them.
import { CLOSED } from './raw-client.ts';
import { parseReplies, type ReplyTree } from './resp.ts';

/**
 * How replies may differ: the order of items, on all levels (`sorted`), and of the replies
 * themselves; the place of every item (`scattered`: the same leaves in any order); the last digits
 * of floating point numbers (`rounded`), numbers a little (`approx`: up to 5, or 1 %), everything
 * but the type of the reply (`any`). Client ids, addresses, times and sizes are replaced by signs
 * before replies are compared with `masked`.
 */
export type Tolerance = 'sorted' | 'scattered' | 'rounded' | 'approx' | 'any' | 'masked';

/** Are two replies, or runs of replies, equal within the tolerance? Undefined tolerates nothing. */
export function areEqual(a: Buffer, b: Buffer, tolerance: Tolerance | undefined): boolean {
  if (a.equals(b)) return true;
  if (tolerance === undefined || tolerance === 'masked' || a === CLOSED || b === CLOSED) {
    return false;
  }
  if (tolerance === 'any') return a[0] === b[0];
  const first = allOf(a);
  const second = allOf(b);
  if (tolerance === 'sorted') return sortedText(first) === sortedText(second);
  if (tolerance === 'scattered') return leavesOf(first) === leavesOf(second);
  return areNear(first, second, tolerance === 'rounded' ? isRoundedEqual : isApproximatelyEqual);
}

/** All replies of a run as items of one. */
function allOf(bytes: Buffer): ReplyTree {
  const items = parseReplies(bytes);
  return { type: '', text: '', items, raw: bytes.toString('latin1') };
}

function leavesOf(tree: ReplyTree): string {
  const leaves: string[] = [];
  const visit = ({ type, items, raw }: ReplyTree): void => {
    leaves.push(items.length === 0 ? raw : `${type}${items.length}`);
    for (const item of items) visit(item);
  };
  visit(tree);
  return leaves.sort().join(' ');
}

function sortedText(tree: ReplyTree): string {
  if (tree.items.length === 0) return tree.raw;
  const items = tree.items.map(sortedText);
  if (tree.type !== '%') return `${tree.type}${items.length}[${items.sort().join(' ')}]`;
  const pairs = items.filter((_, i) => i % 2 === 0).map((key, i) => `${key} ${items[2 * i + 1]}`);
  return `%${pairs.length}[${pairs.sort().join(' ')}]`;
}

function areNear(a: ReplyTree, b: ReplyTree, isNear: (a: number, b: number) => boolean): boolean {
  if (a.type !== b.type || a.items.length !== b.items.length) return false;
  if (a.items.length > 0) return a.items.every((item, i) => areNear(item, b.items[i], isNear));
  if (a.raw === b.raw) return true;
  if (a.text.trim() === '' || b.text.trim() === '') return false;
  return isNear(Number(a.text), Number(b.text));
}

function isRoundedEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function isApproximatelyEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(5, 0.01 * Math.max(Math.abs(a), Math.abs(b)));
}
