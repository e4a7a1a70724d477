// The tests that are run by name, in redis-benchmark's order and with its titles, so that figures
// can be laid side by side.
import { type Command, commandOf } from './pipeline.ts';

interface NamedTest {
  /** Each of them runs it. */
  readonly names: readonly string[];
  readonly title: string;
  /** The command's words; a line by itself for the inline protocol. */
  readonly words: readonly string[] | string;
}

const KEY = 'key:__rand_int__';
const ELEMENT = 'element:__rand_int__';
const RANGES = [100, 300, 500, 600];
/** A score that is random when keys are. */
const SCORE = '__score__';

const TESTS: readonly NamedTest[] = [
  { names: ['ping_inline', 'ping'], title: 'PING_INLINE', words: 'PING\r\n' },
  { names: ['ping_mbulk', 'ping'], title: 'PING_MBULK', words: ['PING'] },
  simple('set', 'SET', KEY, '__data__'),
  simple('get', 'GET', KEY),
  simple('incr', 'INCR', 'counter:__rand_int__'),
  simple('lpush', 'LPUSH', 'mylist', '__data__'),
  simple('rpush', 'RPUSH', 'mylist', '__data__'),
  simple('lpop', 'LPOP', 'mylist'),
  simple('rpop', 'RPOP', 'mylist'),
  simple('sadd', 'SADD', 'myset', ELEMENT),
  simple('hset', 'HSET', 'myhash', ELEMENT, '__data__'),
  simple('spop', 'SPOP', 'myset'),
  simple('zadd', 'ZADD', 'myzset', SCORE, ELEMENT),
  simple('zpopmin', 'ZPOPMIN', 'myzset'),
  {
    names: ['lrange', ...RANGES.map((count) => `lrange_${count}`)],
    title: 'LPUSH (needed to benchmark LRANGE)',
    words: ['LPUSH', 'mylist', '__data__'],
  },
  ...RANGES.map((count) => ({
    names: ['lrange', `lrange_${count}`],
    title: `LRANGE_${count} (first ${count} elements)`,
    words: ['LRANGE', 'mylist', '0', String(count - 1)],
  })),
  {
    names: ['mset'],
    title: 'MSET (10 keys)',
    words: ['MSET', ...Array.from({ length: 10 }, () => [KEY, '__data__']).flat()],
  },
  simple('xadd', 'XADD', 'mystream', '*', 'myfield', '__data__'),
];

export const TEST_NAMES: readonly string[] = [...new Set(TESTS.flatMap(({ names }) => names))];

/** The commands of the tests that are named; of all of them for null. */
export function commandsOf(
  names: readonly string[] | null,
  data: string,
  isRandom: boolean,
): Command[] {
  const chosen = TESTS.filter((one) => names === null || one.names.some((n) => names.includes(n)));
  return chosen.map(({ title, words }) => {
    if (typeof words === 'string') return { title, request: words };
    const score = isRandom ? '__rand_int__' : '0';
    return commandOf(
      title,
      words.map((word) => (word === SCORE ? score : word)),
      data,
    );
  });
}

function simple(name: string, ...words: readonly string[]): NamedTest {
  return { names: [name], title: name.toUpperCase(), words };
}
