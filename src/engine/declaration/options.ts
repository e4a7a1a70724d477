// The option parser that a command's declaration gives: words in any order behind the fixed
// arguments, some followed by a value, some excluding each other.
import { SYNTAX_ERROR } from '../../domain/errors.ts';
import type { Reply } from '../reply.ts';
import { REFUSED, type Refused, type Request } from '../request.ts';
import type { Argument } from './arguments.ts';

interface Option {
  readonly word: string;
  readonly bit: number;
  readonly hasValue: boolean;
  /** Bits of the options that it excludes. */
  readonly excludes: number;
}

export class OptionParser {
  private readonly options: Option[] = [];

  /** Takes the optional arguments of a declaration; arguments without a token are passed over. */
  constructor(declared: readonly Argument[]) {
    for (const argument of declared) {
      if (argument.type === 'oneof') this.addGroup(argument.children ?? []);
      else this.add(argument, 0);
    }
  }

  /** The bit of an option, by its word. */
  bit(word: string): number {
    const option = this.options.find((candidate) => candidate.word === word.toLowerCase());
    if (option === undefined) throw new Error(`${word} is not an option`);
    return option.bit;
  }

  /**
   * Parses the words from argument `from` on. Answers the bits of the options given; where one of
   * them has a value, `values` keeps which argument that is: see valueArgument().
   */
  parse(request: Request, from: number, values: Int32Array, reply: Reply): number | Refused {
    let found = 0;
    for (let i = from; i < request.count; i++) {
      const option = this.optionAt(request, i);
      if (option === null || (found & option.excludes) !== 0) return refused(reply);
      if (option.hasValue) {
        if (++i === request.count) return refused(reply);
        values[bitNumber(option.bit)] = i;
      }
      found |= option.bit;
    }
    return found;
  }

  private addGroup(children: readonly Argument[]): void {
    const first = this.options.length;
    const all = (2 ** children.length - 1) * 2 ** first;
    for (const child of children) this.add(child, all);
  }

  private add(argument: Argument, group: number): void {
    if (argument.token === undefined) return;
    const bit = 1 << this.options.length;
    this.options.push({
      word: argument.token.toLowerCase(),
      bit,
      hasValue: argument.type !== 'pure-token',
      excludes: group & ~bit,
    });
  }

  private optionAt(request: Request, argument: number): Option | null {
    for (const option of this.options) if (request.is(argument, option.word)) return option;
    return null;
  }
}

/** The index of the argument that is the value of an option that parse() found. */
export function valueArgument(values: Int32Array, bit: number): number {
  return values[bitNumber(bit)];
}

function bitNumber(bit: number): number {
  return 31 - Math.clz32(bit);
}

function refused(reply: Reply): Refused {
  reply.error(SYNTAX_ERROR);
  return REFUSED;
}
