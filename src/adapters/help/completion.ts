// What completes the command lines of `redstart` in bash, zsh and fish: made of the pages of help
// and of the table of directives, each of which is an option of the server.
import type { Directive } from '../../engine/settings/directive.ts';
import type { HelpOption, HelpPage } from './page.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

interface WordHelp {
  readonly word: string;
  readonly summary: string;
  readonly page: HelpPage;
}

/** The words behind an option, and those that it may be followed by. */
interface Options {
  readonly word: string;
  readonly options: readonly HelpOption[];
}

interface Choices {
  readonly option: string;
  readonly values: readonly string[];
}

/** A script for a shell. */
export function completionFor(
  shell: (typeof SHELLS)[number],
  server: HelpPage,
  pages: readonly WordHelp[],
  directives: readonly Directive[],
): string {
  const parts: Parts = {
    pages,
    options: pages.map(({ word, page }) => ({ word, options: optionsOf(page) })),
    server: serverOptions(server, directives),
    choices: directives.flatMap(choicesOf),
  };
  return MAKERS[shell](parts);
}

interface Parts {
  readonly pages: readonly WordHelp[];
  /** Of each word. */
  readonly options: readonly Options[];
  readonly server: readonly HelpOption[];
  readonly choices: readonly Choices[];
}

const MAKERS = { bash: bashScript, zsh: zshScript, fish: fishScript };

function optionsOf({ groups }: HelpPage): HelpOption[] {
  return groups.flatMap(({ options }) => options).filter(({ names }) => names[0].startsWith('-'));
}

/** Those of its page, with what they mean, and the directives that are not there. */
function serverOptions(page: HelpPage, directives: readonly Directive[]): HelpOption[] {
  const options = optionsOf(page);
  const known = new Set(options.flatMap(({ names }) => names));
  const names = directives.map(({ name }) => `--${name}`).filter((name) => !known.has(name));
  return [...options, ...names.map((name) => ({ names: [name], value: 'value', help: '' }))];
}

function choicesOf(directive: Directive): Choices[] {
  const option = `--${directive.name}`;
  if (directive.type === 'flag') return [{ option, values: ['yes', 'no'] }];
  return directive.type === 'choice' ? [{ option, values: directive.choices }] : [];
}

/** A word of a shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function bashScript({ pages, options, server, choices }: Parts): string {
  const namesOf = (list: readonly HelpOption[]) => list.flatMap(({ names }) => names).join(' ');
  const words = pages.map(({ word }) => word).join(' ');
  const ofWords = options.map(
    ({ word, options: list }) => `      ${word}) candidates=${quoted(namesOf(list))} ;;\n`,
  );
  const values = choices.map(
    ({ option, values: list }) => `      ${option}) candidates='${list.join(' ')}' ;;\n`,
  );
  return `# Completion of redstart for bash: source <(redstart completion bash)
_redstart() {
  local present=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local word=\${COMP_WORDS[1]} candidates=
  COMPREPLY=()
  case \${COMP_WORDS[0]##*/} in
    redstart-cli) word=cli ;;
    redstart-benchmark) word=bench ;;
    *) [[ $COMP_CWORD -eq 1 ]] && word= ;;
  esac
  if [[ $present == -* ]]; then
    case $word in
${ofWords.join('')}      *) candidates=${quoted(namesOf(server))} ;;
    esac
  elif [[ $word == completion ]]; then
    candidates='${SHELLS.join(' ')}'
  elif [[ $word == help || ( -z $word && $COMP_CWORD -eq 1 ) ]]; then
    candidates='${words}'
  else
    case $before in
${values.join('')}    esac
  fi
  [[ -n $candidates ]] && COMPREPLY=($(compgen -W "$candidates" -- "$present"))
}
complete -o default -F _redstart redstart redstart-cli redstart-benchmark
`;
}

function zshScript({ pages, options, server, choices }: Parts): string {
  const entry = (name: string, help: string) =>
    quoted(help === '' ? name : `${name}:${help.replaceAll(':', '\\:')}`);
  const entries = (list: readonly HelpOption[]) =>
    list.flatMap(({ names, help }) => names.map((name) => entry(name, help))).join(' ');
  const words = pages.map(({ word, summary }) => entry(word, summary)).join(' ');
  const ofWords = options.map(
    ({ word, options: list }) => `      ${word}) candidates=(${entries(list)}) ;;\n`,
  );
  const values = choices.map(
    ({ option, values: list }) => `    ${option}) candidates=(${list.join(' ')}) ;;\n`,
  );
  return `#compdef redstart redstart-cli redstart-benchmark
# Completion of redstart for zsh: source <(redstart completion zsh)
_redstart() {
  local word= before=$words[CURRENT-1]
  local -a candidates
  (( CURRENT > 2 )) && word=$words[2]
  [[ \${words[1]:t} == redstart-cli ]] && word=cli
  [[ \${words[1]:t} == redstart-benchmark ]] && word=bench
  if [[ $PREFIX == -* ]]; then
    case $word in
${ofWords.join('')}      *) candidates=(${entries(server)}) ;;
    esac
    _describe -o option candidates
    return
  fi
  case $word in
    completion) candidates=(${SHELLS.join(' ')}) ;;
    help) candidates=(${words}) ;;
    '') (( CURRENT == 2 )) && candidates=(${words}) ;;
  esac
  case $before in
${values.join('')}  esac
  (( $#candidates )) && _describe value candidates || _files
}
compdef _redstart redstart redstart-cli redstart-benchmark
`;
}

function fishScript({ pages, options, server, choices }: Parts): string {
  const words = pages.map(({ word }) => word).join(' ');
  const valuesOf = new Map(choices.map(({ option, values }) => [option, values]));
  const lines = ['# Completion of redstart for fish: redstart completion fish | source'];
  for (const { word, summary } of pages) {
    lines.push(`complete -c redstart -n __fish_use_subcommand -a ${word} -d ${quoted(summary)}`);
  }
  const shells = `'__fish_seen_subcommand_from completion' -x -a '${SHELLS.join(' ')}'`;
  lines.push(`complete -c redstart -n ${shells}`);
  lines.push(`complete -c redstart -n '__fish_seen_subcommand_from help' -x -a '${words}'`);
  const add = (condition: string, list: readonly HelpOption[]): void => {
    for (const option of list) lines.push(fishLine(condition, option, valuesOf));
  };
  for (const { word, options: list } of options) {
    add(`-c redstart -n '__fish_seen_subcommand_from ${word}'`, list);
    if (word === 'cli') add('-c redstart-cli', list);
    if (word === 'bench') add('-c redstart-benchmark', list);
  }
  add(`-c redstart -n 'not __fish_seen_subcommand_from ${words}'`, server);
  return `${lines.join('\n')}\n`;
}

function fishLine(
  condition: string,
  { names, value, help }: HelpOption,
  valuesOf: ReadonlyMap<string, readonly string[]>,
): string {
  const spellings = names.map((name) => {
    if (name.startsWith('--')) return `-l ${name.slice(2)}`;
    return name.length === 2 ? `-s ${name.slice(1)}` : `-o ${name.slice(1)}`;
  });
  const values = valuesOf.get(names[0]);
  const choice = values === undefined ? '' : ` -x -a '${values.join(' ')}'`;
  const needs = value === undefined || values !== undefined ? '' : ' -r';
  const means = help === '' ? '' : ` -d ${quoted(help)}`;
  return `complete ${condition} ${spellings.join(' ')}${choice}${needs}${means}`;
}
