// Random calls of commands, generated from their declarations: every option in any combination and
// order, over small alphabets of keys and values so that calls meet each other's data; now and
// then a call that is wrong.
import type { CommandDeclaration } from '../../src/engine/command.ts';
import type { Argument } from '../../src/engine/declaration/arguments.ts';
import { OLD_VALUES } from './old-values.ts';
import { payloadOf } from './payloads.ts';
import type { SeededRandom } from './random.ts';

const KEYS = ['a', 'b', 'c', 'd', 'key:1', '', 'b\0\r\n\xff', 'n', 'K'.repeat(100)];
const STRINGS = [
  '',
  'x',
  'hello',
  'hello world',
  '0',
  '10',
  '-1',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '00',
  ' 1',
  '1 ',
  '3.5',
  '-0',
  '1e3',
  '5.0e3',
  '0.1',
  'inf',
  '\0\x01\xfe\xff\r\n',
  'x'.repeat(44),
  'y'.repeat(45),
  'ab'.repeat(600),
  'z'.repeat(33000),
];
const INTEGERS = [
  '0',
  '1',
  '-1',
  '2',
  '3',
  '-2',
  '7',
  '10',
  '100',
  '-100',
  '1000000',
  '4294967296',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '-9223372036854775809',
  '01',
  '+1',
  '1.0',
  'one',
  '',
];
const DOUBLES = [
  '0',
  '1',
  '-1',
  '0.1',
  '-2.5',
  '3.0e3',
  '1e-5',
  '123456789.123',
  '5e300',
  '1e400',
  'inf',
  '-inf',
  'nan',
  'x',
  '',
  ' 1',
  '0x10',
];
const PATTERNS = ['*', 'a*', '?', '[a-c]', '[^a]', 'key:*', '', '\\*', '*\xff', '[', 'b?'];
/** Types of bit fields, and what PFDEBUG does. */
const FIELD_TYPES = ['u8', 'i8', 'u1', 'i5', 'i16', 'u33', 'u63', 'i64', 'u64', 'x'];
const DEBUG_WORDS = ['GETREG', 'DECODE', 'ENCODING', 'TODENSE', 'x'];
/** Numbers of keys that follow; mostly as many as there are. */
const KEY_COUNTS = ['1', '2', '3', '1', '2', '0', '-1', 'x', '9223372036854775807'];
/** Bounds of ranges: ranks, scores or members. */
const BOUNDS = ['0', '-1', '1', '5', '-inf', '+inf', '(1', '-', '+', '[x', '(hello', '[', '(', 'x'];
const BOUND_NAMES = ['min', 'max', 'start', 'stop'];
/** IDs of entries: few, so that calls meet. */
const STREAM_IDS = ['1-1', '1-2', '2-1', '3', '5-5', '7-*', '9', '0', '0-1', '-', '+', '(2-1', 'x'];
const READ_IDS = ['0', '0', '1-1', '>', '$', '5-5', 'x'];
const STREAM_ID_NAMES = ['id', 'ID', 'lastid', 'last-id', 'max-deleted-id', 'threshold'];
const GROUP_NAMES = ['group', 'consumer'];
/** Time spans that no time can make longer or shorter. */
const SPANS = ['0', '-1', '-1000', '9223372036854775807', 'x'];
/** Databases that exist, and some that do not. */
const INDEXES = ['0', '1', '15', '16', '-1', 'x', '01', '9223372036854775808'];
const JUNK = ['', 'junk', 'NX', 'GET', '0', '-1', '*', 'a', '\0'];
/** What all references read. */
const PAYLOADS = OLD_VALUES.filter((value) => value.body[0] < 19 && value.body.length < 2000).map(
  (value) => payloadOf(value.body, 10).toString('latin1'),
);
const SPAN_NAMES = ['seconds', 'milliseconds', 'timeout'];
const INDEX_NAMES = ['db', 'destination-db', 'index', 'index1', 'index2'];

/** All words that can become a key, by a call that is wrong too. */
export const WORDS = [...KEYS, ...STRINGS, ...INTEGERS, ...DOUBLES, ...PATTERNS, ...JUNK];

export class CallGenerator {
  private readonly random: SeededRandom;
  private readonly nowMs: number;

  constructor(random: SeededRandom, nowMs: number) {
    this.random = random;
    this.nowMs = nowMs;
  }

  /** The words of one call of a command, or of one of its subcommands. */
  call(declaration: CommandDeclaration): string[] {
    const words = [this.caseOf(declaration.name)];
    let { args } = declaration;
    if (declaration.subcommands !== undefined) {
      const subcommand = this.random.pick(declaration.subcommands);
      words.push(this.caseOf(subcommand.name));
      args = subcommand.args;
    }
    this.add(words, this.shuffledOptions(args));
    if (this.oneIn(12)) this.spoil(words);
    return words;
  }

  /**
   * Required arguments stay in their places; optional ones, which stand behind them, change
   * theirs.
   */
  private shuffledOptions(args: readonly Argument[]): Argument[] {
    const firstOption = args.findIndex((argument) => argument.optional === true);
    const isTail = firstOption >= 0 && args.slice(firstOption).every(({ optional }) => optional);
    if (!isTail || this.oneIn(2)) return [...args];
    const options = args.slice(firstOption);
    for (let i = options.length - 1; i > 0; i--) {
      const j = this.random.below(i + 1);
      [options[i], options[j]] = [options[j], options[i]];
    }
    return [...args.slice(0, firstOption), ...options];
  }

  private add(words: string[], args: readonly Argument[]): void {
    for (const argument of args) {
      if (argument.optional === true && !this.oneIn(2)) continue;
      const times = argument.multiple === true ? 1 + this.random.below(3) : 1;
      for (let time = 0; time < times; time++) {
        const hasToken = argument.token !== undefined && argument.type !== 'pure-token';
        if (hasToken && (time === 0 || argument.multipleToken === true)) {
          words.push(this.caseOf(argument.token ?? ''));
        }
        this.addOne(words, argument);
      }
    }
  }

  private addOne(words: string[], argument: Argument): void {
    const children = argument.children ?? [];
    if (argument.type === 'oneof') this.add(words, [{ ...this.random.pick(children) }]);
    else if (argument.type === 'block') this.add(words, children);
    else if (argument.type === 'pure-token') words.push(this.caseOf(argument.token ?? ''));
    else words.push(this.value(argument));
  }

  private value(argument: Argument): string {
    const { random } = this;
    if (SPAN_NAMES.includes(argument.name)) return this.span();
    if (argument.name === 'ttl') return this.oneIn(2) ? '0' : this.span();
    if (argument.name === 'serialized-value') return this.oneIn(9) ? 'junk' : random.pick(PAYLOADS);
    if (INDEX_NAMES.includes(argument.name)) return random.pick(INDEXES);
    if (argument.name === 'encoding') return random.pick(FIELD_TYPES);
    if (argument.name === 'subcommand') return random.pick(DEBUG_WORDS);
    if (argument.name === 'numkeys') return random.pick(KEY_COUNTS);
    if (STREAM_ID_NAMES.includes(argument.name)) return this.streamId(argument.name);
    if (GROUP_NAMES.includes(argument.name)) return random.pick(['g', 'g', 'h', '']);
    if (argument.name === 'min-idle-time') return random.pick(['0', '0', '-1', 'x']);
    if (BOUND_NAMES.includes(argument.name) && this.oneIn(2)) return random.pick(BOUNDS);
    switch (argument.type) {
      case 'key':
        return random.pick(KEYS);
      case 'integer':
        return random.pick(INTEGERS);
      case 'double':
        return random.pick(DOUBLES);
      case 'pattern':
        return random.pick(PATTERNS);
      case 'unix-time':
        return this.unixTime(argument.name.includes('milliseconds'));
      default:
        return random.pick(STRINGS);
    }
  }

  /** Rising ones now and then, so that streams grow. */
  private streamId(name: string): string {
    const { random } = this;
    if (name === 'threshold') return random.pick(['0', '1', '2', '3', '1-2', 'x', '100']);
    if (this.oneIn(3)) return `${1 + random.below(1000)}-${random.below(3)}`;
    return random.pick(this.oneIn(3) ? READ_IDS : STREAM_IDS);
  }

  /**
   * None is so short that it ends while the test runs; and no two are alike, because which of two
   * equal ones ends later depends on the millisecond.
   */
  private span(): string {
    const { random } = this;
    const distance = 1000 * random.below(1e6);
    if (this.oneIn(4)) return random.pick(SPANS);
    return String(this.oneIn(8) ? 9e15 - distance : 100000 + distance);
  }

  private unixTime(isMs: boolean): string {
    const futureMs = this.nowMs + 1e6 * (1 + this.random.below(3));
    const future = String(isMs ? futureMs : Math.floor(futureMs / 1000));
    return this.random.pick([future, future, future, '1', '0', '-1', '9223372036854775807', 'x']);
  }

  /** Makes a call probably wrong: a word too few, too many, another one. */
  private spoil(words: string[]): void {
    const at = 1 + this.random.below(words.length);
    const kind = this.random.below(4);
    if (kind === 0) words.splice(at, 1);
    else if (kind === 1) words.splice(at, 0, this.random.pick(JUNK));
    else if (kind === 2) words.splice(at, 0, words[at - 1]);
    else if (at < words.length) words[at] = this.random.pick(JUNK);
  }

  private caseOf(word: string): string {
    if (this.oneIn(4)) return word.toLowerCase();
    return this.oneIn(10) ? word[0].toLowerCase() + word.slice(1).toUpperCase() : word;
  }

  private oneIn(times: number): boolean {
    return this.random.below(times) === 0;
  }
}
