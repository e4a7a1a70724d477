// What --help says.
import type { HelpPage } from '../adapters/help/page.ts';
import { OPTION_GROUPS } from './option-table.ts';

export const CLI_PAGE: HelpPage = {
  usage: ['redstart cli [options] [command [argument ...]]'],
  about: ['Without a command it talks: lines from the standard input are commands.'],
  groups: OPTION_GROUPS,
  examples: [
    'redstart cli set greeting hello ex 60',
    "redstart cli --scan --pattern 'user:*'",
    'redstart cli --json hgetall user:1 | jq .',
  ],
};
