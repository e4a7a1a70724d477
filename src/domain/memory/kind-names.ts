// How Redis names the kinds of records (record.ts).
import { typeOf } from './record.ts';

/** Types as TYPE names them, by TYPE_*. */
const TYPE_NAMES = ['none', 'string', 'hash', 'list', 'set', 'zset', 'stream'];
/** Encodings as OBJECT ENCODING names them, by kind. */
const ENCODING_NAMES = [
  'none',
  'int',
  'embstr',
  'raw',
  'listpack',
  'hashtable',
  'listpack',
  'quicklist',
  'intset',
  'listpack',
  'hashtable',
  'listpack',
  'skiplist',
  'stream',
  'listpackex',
];

export function typeName(kind: number): string {
  return TYPE_NAMES[typeOf(kind)];
}

export function encodingName(kind: number): string {
  return ENCODING_NAMES[kind];
}
