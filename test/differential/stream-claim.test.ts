// XCLAIM and XAUTOCLAIM, on the reference and on Redstart.
import { differential } from '../support/differential.ts';
import type { Line } from '../support/lines.ts';

/** All that is known; times may differ a little. */
const FULL: Line = { send: 'XINFO STREAM k FULL COUNT 0', only: '7.2', tolerance: 'masked' };

/** Ten entries, nine of them pending: for alice, for bob. */
const GIVEN: readonly Line[] = [
  ...Array.from({ length: 10 }, (_, i) => `XADD k ${i + 1}-1 f ${i + 1}`),
  'XGROUP CREATE k g 0',
  'XREADGROUP GROUP g alice COUNT 5 STREAMS k >',
  'XREADGROUP GROUP g bob COUNT 4 STREAMS k >',
];

differential('XCLAIM', [
  ...GIVEN,
  'XCLAIM k g carol 0 1-1',
  'XCLAIM k g carol 0 1-1 2-1 9-1 10-1 11-1',
  'XCLAIM k g carol 0 3-1 JUSTID',
  'XCLAIM k g carol 1000000 4-1',
  'XCLAIM k g carol -5 4-1',
  'XCLAIM k g alice 0 4-1 RETRYCOUNT 7',
  'XCLAIM k g alice 0 4-1 RETRYCOUNT 0 JUSTID',
  'XCLAIM k g alice 0 4-1 RETRYCOUNT -1',
  'XCLAIM k g alice 0 5-1 IDLE 100000',
  'XCLAIM k g alice 0 6-1 IDLE -5',
  'XCLAIM k g alice 0 7-1 TIME 1000',
  'XCLAIM k g alice 0 8-1 TIME 99999999999999',
  FULL,
  'XCLAIM k g dave 90000 5-1 6-1 7-1',
  'XCLAIM k g dave 0 10-1',
  'XCLAIM k g dave 0 10-1 FORCE',
  'XCLAIM k g dave 1000000 10-1 FORCE',
  'XCLAIM k g dave 0 12-1 FORCE JUSTID',
  FULL,
  'XDEL k 1-1 9-1',
  'XCLAIM k g dave 0 1-1 2-1 9-1',
  'XCLAIM k g dave 1000000 9-1',
  FULL,
  'XCLAIM k g dave 0 2-1 LASTID 10-1',
  'XCLAIM k g dave 0 99-1 LASTID 12-1',
  'XCLAIM k g dave 0 99-1 LASTID 3-1',
  FULL,
]);

differential('words of XCLAIM', [
  ...GIVEN,
  'XCLAIM k g carol 0',
  'XCLAIM k g carol 0 x',
  'XCLAIM k g carol x 1-1',
  'XCLAIM k g carol 0 1-1 x',
  'XCLAIM k g carol 0 1-1 IDLE',
  'XCLAIM k g carol 0 1-1 IDLE x',
  'XCLAIM k g carol 0 1-1 TIME x',
  'XCLAIM k g carol 0 1-1 RETRYCOUNT x',
  'XCLAIM k g carol 0 1-1 LASTID x',
  'XCLAIM k g carol 0 1-1 LASTID',
  'XCLAIM k g carol 0 FORCE',
  'XCLAIM k g carol 0 JUSTID',
  'XCLAIM k g carol 0 - +',
  'XCLAIM k g carol 0 1-1 force justid idle 5 time 5 retrycount 3 lastid 0 FORCE',
  'XCLAIM k g carol 0 1-1 JUSTID 2-1',
  'XCLAIM k absent carol 0 1-1',
  'XCLAIM absent g carol 0 1-1',
  'XCLAIM absent g carol x 1-1',
  'SET s v',
  'XCLAIM s g carol x 1-1',
  'XCLAIM k g carol 9223372036854775807 1-1',
  'XCLAIM k g carol 0 1-1 IDLE 9223372036854775807',
  'XCLAIM k g carol 0 1-1 RETRYCOUNT 140737488355328',
  FULL,
]);

differential('XAUTOCLAIM', [
  ...GIVEN,
  'XAUTOCLAIM k g carol 1000000 0',
  'XAUTOCLAIM k g carol 0 0 COUNT 2',
  'XAUTOCLAIM k g carol 0 3-1 COUNT 2 JUSTID',
  'XAUTOCLAIM k g carol 0 (4-1 COUNT 1',
  'XAUTOCLAIM k g carol 0 + COUNT 1',
  FULL,
  'XDEL k 2-1 6-1 7-1',
  'XAUTOCLAIM k g dave 0 - COUNT 3',
  'XAUTOCLAIM k g dave 0 5-1',
  'XAUTOCLAIM k g dave 0 0 JUSTID',
  FULL,
  'XACK k g 1-1 3-1 4-1 5-1 8-1 9-1',
  'XAUTOCLAIM k g dave 0 0',
]);

differential('XAUTOCLAIM gives up after ten times as many', [
  ...Array.from({ length: 40 }, (_, i) => `XADD k ${i + 1}-1 f ${i + 1}`),
  'XGROUP CREATE k g 0',
  'XREADGROUP GROUP g alice STREAMS k >',
  'XAUTOCLAIM k g carol 1000000 0 COUNT 1',
  'XAUTOCLAIM k g carol 1000000 11-1 COUNT 3',
  'XCLAIM k g alice 0 25-1 IDLE 3000000',
  'XAUTOCLAIM k g carol 1000000 0 COUNT 2',
  'XAUTOCLAIM k g carol 1000000 21-1 COUNT 2',
  'XTRIM k MAXLEN 3',
  'XAUTOCLAIM k g carol 0 0 COUNT 5',
  'XAUTOCLAIM k g carol 0 0',
  FULL,
]);

differential('words of XAUTOCLAIM', [
  ...GIVEN,
  'XAUTOCLAIM k g carol 0',
  'XAUTOCLAIM k g carol x 0',
  'XAUTOCLAIM k g carol 0 x',
  'XAUTOCLAIM k g carol 0 (x',
  'XAUTOCLAIM k g carol 0 (18446744073709551615-18446744073709551615',
  'XAUTOCLAIM k g carol 0 0 COUNT',
  'XAUTOCLAIM k g carol 0 0 COUNT 0',
  'XAUTOCLAIM k g carol 0 0 COUNT -1',
  'XAUTOCLAIM k g carol 0 0 COUNT x',
  'XAUTOCLAIM k g carol 0 0 COUNT 9223372036854775807',
  'XAUTOCLAIM k g carol 0 0 COUNT 576460752303423488',
  'XAUTOCLAIM k g carol 0 0 COUNT 576460752303423487',
  'XAUTOCLAIM k g carol 0 0 JUNK',
  'XAUTOCLAIM k g carol 0 0 COUNT 1 COUNT 2 JUSTID justid',
  'XAUTOCLAIM k absent carol 0 0',
  'XAUTOCLAIM absent g carol 0 0',
  'XAUTOCLAIM absent g carol x 0',
  'SET s v',
  'XAUTOCLAIM s g carol 0 0',
  'XAUTOCLAIM s g carol x 0',
]);
