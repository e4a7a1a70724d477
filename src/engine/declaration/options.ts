// The option parser that a command's declaration gives: words in any order behind the fixed
// arguments, some followed by a value, some excluding each other.
import { equalsIgnoreCase } from '../../domain/bytes/ascii.ts';
import type { Request } from '../request.ts';
import type { Argument } from './arguments.ts';

/** parse() met a word that is no option, lacks its value, or excludes an earlier one. */
export const BAD_OPTION = -1;

interface Option {
  readonly word: string;
  readonly bit: number;
  readonly hasValue: boolean;
  /** Bits of the options that it excludes. */
  readonly excludes: number;
}

export class OptionParser {
  /** The index of the argument that parse() stopped at when it returned BAD_OPTION. */
  failedAt = 0;
  private readonly options: Option[] = [];
  /** By bit number: the index of the option's value in the request. */
  private readonly valueIndex: number[] = [];

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
   * Parses the words from argument `from` on. Returns the bits of the options given, or BAD_OPTION.
   */
  parse(request: Request, from: number): number {
    let found = 0;
    for (let i = from; i < request.count; i++) {
      const option = this.optionAt(request, i);
      this.failedAt = i;
      if (option === null || (found & option.excludes) !== 0) return BAD_OPTION;
      if (option.hasValue) {
        if (++i === request.count) return BAD_OPTION;
        this.valueIndex[31 - Math.clz32(option.bit)] = i;
      }
      found |= option.bit;
    }
    return found;
  }

  /** The index of the argument that is the value of an option that was found. */
  value(bit: number): number {
    return this.valueIndex[31 - Math.clz32(bit)];
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
    this.valueIndex.push(0);
  }

  private optionAt(request: Request, argument: number): Option | null {
    const { buffer } = request;
    for (const option of this.options) {
      if (equalsIgnoreCase(buffer, request.starts[argument], request.ends[argument], option.word)) {
        return option;
      }
    }
    return null;
  }
}
