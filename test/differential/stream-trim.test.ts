// Trimming of streams, on the reference and on Redstart: by whole nodes as there, whatever they
// hold.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';
import { SeededRandom } from '../support/random.ts';

const NODES = /^.*radix-tree-keys\r\n:\d+\r\n/s;
const DEFAULTS = ['CONFIG SET stream-node-max-entries 100 stream-node-max-bytes 4096'];

function filled(count: number, more: (i: number) => readonly string[] = () => ['f', 'v']): Line[] {
  const lines = Array.from({ length: count }, (_, i) => ['XADD', 'k', `${i + 1}-1`, ...more(i)]);
  return lines.map((send) => ({ send }));
}

function state(): Line[] {
  return ['XLEN k', { send: 'XINFO STREAM k', part: NODES }, 'XRANGE k - + COUNT 1'];
}

differential('words of XTRIM', [
  ...filled(5),
  'XTRIM k',
  'XTRIM k MAXLEN',
  'XTRIM k MAXLEN 10 JUNK',
  'XTRIM k JUNK 10',
  'XTRIM k MAXLEN x',
  'XTRIM k MAXLEN -1',
  'XTRIM k MAXLEN =',
  'XTRIM k MAXLEN = -1',
  'XTRIM k MAXLEN ~ ~',
  'XTRIM k MAXLEN 10 MINID 1',
  'XTRIM k MAXLEN 10 MAXLEN 5',
  'XTRIM k LIMIT 5',
  'XTRIM k LIMIT 0',
  'XTRIM k LIMIT -1',
  'XTRIM k LIMIT x',
  'XTRIM k MAXLEN 10 LIMIT 5',
  'XTRIM k MAXLEN 10 LIMIT 0',
  'XTRIM k MAXLEN = 10 LIMIT 5',
  'XTRIM k LIMIT 5 MAXLEN ~ 10',
  'XTRIM k MAXLEN ~ 10 LIMIT 5 LIMIT 6',
  'XTRIM k MAXLEN ~ 10 LIMIT 9223372036854775807',
  'XTRIM k MINID x',
  'XTRIM k MINID -',
  'XTRIM k MINID ~ x',
  'XTRIM k NOMKSTREAM',
  'XTRIM absent MAXLEN 0',
  'XTRIM absent MINID ~ 5',
  'XADD k MAXLEN 10 MINID 5 * f v',
  'XADD k MAXLEN -1 * f v',
  'XADD k MAXLEN = 2 LIMIT 5 9-9 f v',
  'XADD k LIMIT 5 9-9 f v',
  'XADD k LIMIT 0 9-9 f v',
  'XADD k NOMKSTREAM MAXLEN ~ 2 LIMIT 0 9-9 f v',
  'XADD k MAXLEN',
  'XADD k MAXLEN 5',
  'XADD k MAXLEN ~ 5 9-10',
  'XADD k MAXLEN 3 9-10 f v',
  'XRANGE k - +',
  'XTRIM k MAXLEN 9223372036854775807',
  'XTRIM k MINID 0',
  'SET s v',
  'XTRIM s MAXLEN 5',
  'XTRIM s MAXLEN x',
]);

differential('exact ends', [
  ...filled(10),
  'XTRIM k MAXLEN 11',
  'XTRIM k MAXLEN 10',
  'XTRIM k MAXLEN 7',
  ...state(),
  'XTRIM k MINID 6',
  'XTRIM k MINID 6-1',
  'XTRIM k MINID = 6-2',
  ...state(),
  'XDEL k 8-1',
  'XTRIM k MAXLEN = 2',
  ...state(),
  'XDEL k 10-1',
  'XTRIM k MINID 10-1',
  ...state(),
  'XADD k 11-1 f v',
  ...state(),
  'XTRIM k MAXLEN 0',
  ...state(),
  'XADD k MAXLEN 0 12-1 f v',
  ...state(),
  'XADD k MINID 14 13-1 f v',
  ...state(),
]);

for (const [entries, bytes] of [
  [100, 4096],
  [10, 4096],
  [1, 0],
  [0, 100],
  [0, 1],
  [0, 0],
  [7, 200],
] as const) {
  differential(
    `nodes of ${entries} entries and ${bytes} bytes`,
    [
      `CONFIG SET stream-node-max-entries ${entries} stream-node-max-bytes ${bytes}`,
      ...filled(250),
      ...state(),
      'XTRIM k MAXLEN ~ 249',
      'XTRIM k MAXLEN ~ 200 LIMIT 20',
      ...state(),
      'XTRIM k MAXLEN ~ 145',
      ...state(),
      'XTRIM k MINID ~ 115 LIMIT 3',
      'XTRIM k MINID ~ 120',
      ...state(),
      'XTRIM k MINID 131',
      ...state(),
      'XADD k MAXLEN ~ 100 300-1 f v',
      ...state(),
      'XADD k MAXLEN ~ 50 LIMIT 0 301-1 other v',
      ...state(),
      'XADD k MAXLEN 9 302-1 f v',
      ...state(),
      'XDEL k 302-1',
      'XTRIM k MAXLEN ~ 0 LIMIT 0',
      ...state(),
    ],
    { atEnd: DEFAULTS },
  );
}

differential('the sizes of nodes, to the byte', [
  ...filled(400, (i) => ['field', 'x'.repeat((i * 37) % 300)]),
  ...state(),
  'XTRIM k MAXLEN ~ 300',
  ...state(),
  'XTRIM k MAXLEN ~ 200',
  ...state(),
  'DEL k',
  ...filled(300, (i) => ['a', `${i * i}`, 'b', `${-i}`, i % 7 === 0 ? 'c' : 'd', `${i * 1e9}`]),
  ...state(),
  ...Array.from({ length: 40 }, (_, i) => `XTRIM k MINID ~ ${i * 7}`),
  ...state(),
]);

const SEED = 20;

differential('random streams', [
  'XADD k 1-1 f v',
  ...randomLines(),
  'XLEN k',
  { send: 'XINFO STREAM k', part: NODES },
  'XRANGE k - +',
  'XREVRANGE k + -',
]);

/** Entries come and go; after each some of the state is looked at. */
function randomLines(): Line[] {
  const random = new SeededRandom(SEED);
  const lines: Line[] = [];
  let ms = 2;
  for (let i = 0; i < 600; i++) {
    const kind = random.below(20);
    if (kind < 13) {
      ms += random.below(3);
      const field = random.pick(['f', 'f', 'f', 'g']);
      const value = 'v'.repeat(random.pick([1, 1, 20, 300]));
      lines.push(`XADD k ${ms}-* ${field} ${value}`);
    } else if (kind < 17) lines.push(`XDEL k ${random.below(ms)}-0 ${random.below(ms)}-1`);
    else if (kind === 17) lines.push(`XTRIM k MAXLEN ~ ${random.below(300)}`);
    else if (kind === 18) lines.push(`XTRIM k MINID ~ ${Math.max(0, ms - random.below(300))}`);
    else if (i % 5 === 0) lines.push(`XTRIM k MAXLEN ${random.below(300)}`);
    if (i % 20 === 0) lines.push({ send: 'XINFO STREAM k', part: NODES });
  }
  return lines;
}
