// What --help says.
import type { HelpPage } from '../adapters/help/page.ts';
import { OPTION_GROUPS } from './option-table.ts';

export const BENCHMARK_PAGE: HelpPage = {
  usage: ['redstart bench [options] [command [argument ...]]'],
  about: [
    'Measures a server: runs tests, ping set get incr lpush and others, or a command,',
    'in which __rand_int__ is a random number below -r, and __data__ a value of -d.',
    'Status 1: a reply was an error, or the server went away.',
  ],
  groups: OPTION_GROUPS,
  examples: [
    'redstart bench -t set,get -n 1000000 -r 100000 -P 16 -q',
    'redstart bench --compare 127.0.0.1:6380 -t set,get --html report.html',
    'redstart bench -r 10000 lpush mylist __rand_int__',
  ],
};
