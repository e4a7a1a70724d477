// What --help says.
import { OPTION_GROUPS, type Option } from './option-table.ts';

/** Where what an option means begins. */
const COLUMN = 24;

const EXAMPLES = [
  'cli set greeting hello ex 60',
  "cli --scan --pattern 'user:*'",
  'cli --json hgetall user:1 | jq .',
];

export function usage(): string {
  const lines = ['Usage: redstart cli [options] [command [argument ...]]', ''];
  lines.push('Without a command it talks: lines from the standard input are commands.');
  for (const { title, options } of OPTION_GROUPS) {
    lines.push('', `${title}:`, ...options.filter(({ help }) => help !== '').map(lineOf));
  }
  lines.push('', 'Examples:', ...EXAMPLES.map((example) => `  redstart ${example}`), '', '');
  return lines.join('\n');
}

function lineOf({ names, value, help }: Option): string {
  const spelling = names.join(', ') + (value === undefined ? '' : ` <${value}>`);
  return `  ${spelling.padEnd(COLUMN - 2)}${help}`;
}
