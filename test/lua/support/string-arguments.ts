// Arguments that many lines of the string library share.
import { type CallArgument, type Fixture, tableOf } from './string-calls.ts';

export const ALL_BYTES = String.fromCharCode(...Array(256).keys());

export const emptyTable: Fixture = { lua: '{}', make: () => tableOf({}) };
export const someFunction: Fixture = { lua: 'function () end', make: () => () => undefined };

/** What arguments can be that the library does not expect. */
export const odd: CallArgument[] = [
  undefined,
  true,
  false,
  emptyTable,
  someFunction,
  '',
  'x',
  '12',
  ' 0x10 ',
  '1e1',
  12.9,
  -0.5,
];
