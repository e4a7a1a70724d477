// BITFIELD and BITFIELD_RO: every type, every overflow, at places that begin anywhere in a byte.
import { differential } from '../support/differential.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const random = new SeededRandom(SEED);
const RANDOM_LINES = 400;

const MAX64 = 2n ** 63n - 1n;
const TYPES = [
  ...Array.from({ length: 64 }, (_, i) => `i${i + 1}`),
  ...Array.from({ length: 63 }, (_, i) => `u${i + 1}`),
];
/** Those about the bounds of bytes and words. */
const SOME_TYPES = TYPES.filter((type) =>
  /.([1-3]|[789]|1[67]|3[1-4]|40|53|54|6[234])$/.test(type),
);
const OVERFLOWS = ['WRAP', 'SAT', 'fail'];

/** Numbers about the bounds of a type, as far as 64 bits hold them. */
function boundsOf(type: string): bigint[] {
  const bits = BigInt(type.slice(1));
  const max = type[0] === 'i' ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n;
  const min = type[0] === 'i' ? -max - 1n : 0n;
  const all = [min - 1n, min, min + 1n, -1n, 0n, 1n, max - 1n, max, max + 1n, MAX64, -MAX64 - 1n];
  return [...new Set(all)].filter((value) => value === BigInt.asIntN(64, value));
}

for (const overflow of OVERFLOWS) {
  differential(
    `BITFIELD OVERFLOW ${overflow}`,
    [
      ...SOME_TYPES.flatMap((type) =>
        boundsOf(type).flatMap((first) => {
          const place = Number(BigInt.asUintN(3, first));
          const begin = `BITFIELD k OVERFLOW ${overflow} SET ${type} ${place} ${first}`;
          const adds = boundsOf(type).map((more) => `INCRBY ${type} ${place} ${more}`);
          return [`${begin} ${adds.join(' ')} GET ${type} ${place}`, 'GET k'];
        }),
      ),
    ],
    { protocols: [2] },
  );
}

function randomOperation(): string {
  const type = random.pick(TYPES);
  const bound = random.pick(boundsOf(type));
  const offset = random.pick([`#${random.below(20)}`, String(random.below(300))]);
  return random.pick([
    `GET ${type} ${offset}`,
    `SET ${type} ${offset} ${bound}`,
    `INCRBY ${type} ${offset} ${bound}`,
    `OVERFLOW ${random.pick(OVERFLOWS)} INCRBY ${type} ${offset} ${bound}`,
  ]);
}

differential(`BITFIELD at random, seed ${SEED}`, [
  ...Array.from({ length: RANDOM_LINES }, () => {
    const operations = Array.from({ length: 1 + random.below(5) }, randomOperation);
    return `BITFIELD k ${operations.join(' ')}`;
  }),
  'GET k',
]);

differential('BITFIELD and what is wrong', [
  'BITFIELD k',
  'EXISTS k',
  'BITFIELD k GET u8 0 GET i64 100',
  'EXISTS k',
  'BITFIELD k SET u8 0 255 GET u4 4 GET i4 4 GET u8 #1',
  'BITFIELD k OVERFLOW FAIL INCRBY u8 0 1',
  'GET k',
  'BITFIELD k OVERFLOW FAIL INCRBY u8 800 1000',
  'STRLEN k',
  'BITFIELD new OVERFLOW FAIL INCRBY u8 0 1000',
  'EXISTS new',
  'BITFIELD k GET',
  'BITFIELD k GET u8',
  'BITFIELD k GET u8 0 1',
  'BITFIELD k SET u8 0',
  'BITFIELD k INCRBY u8 0',
  'BITFIELD k OVERFLOW',
  'BITFIELD k OVERFLOW none',
  'BITFIELD k OVERFLOW WRAP',
  'BITFIELD k junk u8 0',
  ...['u64', 'i65', 'u0', 'i0', 'i-1', 'u', 'i', '8', 'x8', 'U8', 'u08', 'u8x', '', 'u999999'].map(
    (type) => `BITFIELD k GET "${type}" 0`,
  ),
  'BITFIELD k GET "u8\\x00x" 0',
  ...['-1', '#-1', 'x', '', '#', '##1', '#1x', '4294967295', '4294967296', '#536870912'].map(
    (offset) => `BITFIELD k GET u8 "${offset}"`,
  ),
  'BITFIELD k GET u8 #536870911',
  'BITFIELD k GET u8 #2305843009213693952',
  'BITFIELD k GET u8 #1152921504606846976',
  'BITFIELD k GET u3 #9223372036854775807',
  'BITFIELD k GET u8 9223372036854775808',
  'BITFIELD k SET u8 0 x',
  'BITFIELD k SET u8 0 9223372036854775808',
  'BITFIELD k INCRBY u8 0 1.5',
  'BITFIELD k SET u8 0 1 GET u8',
  'GET k',
  'LPUSH l a',
  'BITFIELD l GET u8 0',
  'BITFIELD l SET u8 0 1',
  'BITFIELD l SET u8 0 x',
  'BITFIELD l',
  'BITFIELD_RO l GET u8 0',
  'BITFIELD_RO l SET u8 0 1',
  'BITFIELD_RO k',
  'BITFIELD_RO k GET u8 0 GET i3 5',
  'BITFIELD_RO k GET u8 0 OVERFLOW SAT GET i3 5',
  'BITFIELD_RO k SET u8 0 1',
  'BITFIELD_RO k SET u8 0 x',
  'BITFIELD_RO k GET u8 0 junk',
  'BITFIELD_RO absent GET u8 0 GET i64 #100',
  'SET n 12345',
  'BITFIELD n GET u8 0 GET u8 32 GET u16 32',
  'OBJECT ENCODING n',
  'BITFIELD n INCRBY u8 0 0',
  'OBJECT ENCODING n',
  'SET t foobar EX 1000',
  'BITFIELD t SET i32 400 -5',
  'TTL t',
  'GET t',
  'BITFIELD big SET u8 #100000 7 SET u8 #50000 9 GET u8 #100000',
  'STRLEN big',
  'BITCOUNT big',
  'COMMAND GETKEYSANDFLAGS BITFIELD k GET u8 0',
  'COMMAND GETKEYSANDFLAGS BITFIELD k OVERFLOW SAT GET u8 0',
  'COMMAND GETKEYSANDFLAGS BITFIELD k GET u8 0 SET u8 0 1',
  'COMMAND GETKEYSANDFLAGS BITFIELD k GET u8',
  'COMMAND GETKEYSANDFLAGS BITFIELD k',
  'COMMAND GETKEYSANDFLAGS BITOP AND d a b',
]);
