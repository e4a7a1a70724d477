// A page of help: what --help prints of a program, and what the shells' completion is made of.
// Lines are 80 columns long at most, which a test holds.

export interface HelpOption {
  readonly names: readonly string[];
  /** What its value is called; none is taken without it. */
  readonly value?: string;
  /** '' for what is not to be seen there. */
  readonly help: string;
}

/** Options of one purpose. */
export interface HelpGroup {
  readonly title: string;
  readonly options: readonly HelpOption[];
}

export interface HelpPage {
  /** The forms of the command line. */
  readonly usage: readonly string[];
  /** What it does, in lines. */
  readonly about: readonly string[];
  readonly groups: readonly HelpGroup[];
  /** Command lines. */
  readonly examples: readonly string[];
}

/** Where what an option means begins. */
const COLUMN = 26;

export function pageText({ usage, about, groups, examples }: HelpPage): string {
  const lines = usage.map((form, i) => `${i === 0 ? 'Usage:' : '      '} ${form}`);
  lines.push('', ...about);
  for (const { title, options } of groups) {
    lines.push('', `${title}:`, ...options.filter(({ help }) => help !== '').map(lineOf));
  }
  lines.push('', 'Examples:', ...examples.map((example) => `  ${example}`), '', '');
  return lines.join('\n');
}

function lineOf({ names, value, help }: HelpOption): string {
  const spelling = names.join(', ') + (value === undefined ? '' : ` <${value}>`);
  const padded = `  ${spelling}`.padEnd(COLUMN);
  // What is too long for its column still has a space behind it.
  return `${padded.endsWith(' ') ? padded : `${padded} `}${help}`;
}
