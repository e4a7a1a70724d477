// The formats of the struct library, read into steps:
//
//   > <     big, little endian (the default)
//   ! n     alignment to up to n bytes: 8 if n is not given, 1 without the option
//   space   nothing
//   x       a byte of padding
//   b B     a byte, signed or not; h H  2 bytes; l L  8 bytes; T  8 bytes, unsigned
//   i I n   n bytes: 4 if n is not given, at most 32
//   c n     n characters: 1 if n is not given; 0 for the whole string, or for as many as the number
//           says that was unpacked before
//   s       characters up to a zero byte
//   f d     a float of 4 bytes, a double of 8
//
// What is wrong in a format is a step, too: the functions fail when they come to it.
import { STRUCT_INTEGER_SIZE_MAX } from '../limits.ts';
import type { Runtime } from '../runtime.ts';

const ALIGNMENT_MAX = 8;
const INT_SIZE = 4;
/** Numbers in formats are C ints. */
const INT_MAX = 2147483647;
const TOO_LARGE = 'integral size overflow';
/** Formats that are remembered. */
const FORMATS_MAX = 100;
const FORMAT_SIZE_MAX = 100;
/** Steps are paid for a few at a time. */
const STEPS_PER_PAYMENT = 128;
const FUEL_PER_STEP = 40;
const SIZE_PER_STEP = 80;

/**
 * What an option is. `control` does nothing more: its effect is in the steps that follow. `unknown`
 * is no option; the other bad ones have a number that is too large, or a wrong alignment.
 */
type Kind =
  | 'integer'
  | 'float'
  | 'double'
  | 'characters'
  | 'string'
  | 'padding'
  | 'control'
  | 'unknown'
  | 'bad size'
  | 'bad alignment';

export class Step {
  readonly kind: Kind;
  /** Bytes, if the format says it, else 0. */
  readonly size: number;
  /** To how many bytes the offset is aligned: 1 is none. */
  readonly alignment: number;
  readonly isLittle: boolean;
  readonly isSigned: boolean;
  /** The option itself, or the error of a bad one. */
  readonly text: string;

  constructor(kind: Kind, size: number, alignment: number, isLittle: boolean, text: string) {
    this.kind = kind;
    this.size = size;
    this.alignment = alignment;
    this.isLittle = isLittle;
    // Options of signed integers are small letters.
    this.isSigned = text >= 'a';
    this.text = text;
  }

  /** How many bytes of padding come before the option at an offset of the data. */
  paddingAt(offset: number): number {
    const { alignment } = this;
    // An alignment that is no power of two gives what it gives the reference.
    return (alignment - (offset & (alignment - 1))) & (alignment - 1);
  }
}

export interface Format {
  /** Up to the end of the text, or a zero byte. */
  readonly steps: readonly Step[];
  /** How many values unpack() gives. */
  readonly valueCount: number;
}

/** Formats that were read lately. */
const known = new Map<string, Format>();
let lastText = '';
let lastFormat: Format = { steps: [], valueCount: 0 };

/** The format of a text. */
export function formatOf(runtime: Runtime, text: string): Format {
  if (text === lastText) return lastFormat;
  let format = known.get(text);
  if (format === undefined) {
    const steps = new FormatReader(text).steps(runtime);
    format = { steps, valueCount: steps.filter(givesValue).length };
    if (text.length > FORMAT_SIZE_MAX) return format;
    if (known.size >= FORMATS_MAX) known.clear();
    known.set(text, format);
  }
  lastText = text;
  lastFormat = format;
  return format;
}

function givesValue({ kind, size }: Step): boolean {
  switch (kind) {
    case 'integer':
    case 'float':
    case 'double':
    case 'string':
      return true;
    case 'characters':
      // Format 'c0' takes a value and gives one.
      return size > 0;
    default:
      return false;
  }
}

class FormatReader {
  private readonly text: string;
  private offset = 0;
  private isLittle = true;
  private alignmentMax = 1;
  private number = 0;

  constructor(text: string) {
    const end = text.indexOf('\0');
    this.text = end < 0 ? text : text.slice(0, end);
  }

  steps(runtime: Runtime): Step[] {
    const steps: Step[] = [];
    while (this.offset < this.text.length) {
      if (steps.length % STEPS_PER_PAYMENT === STEPS_PER_PAYMENT - 1) {
        runtime.spend(FUEL_PER_STEP * STEPS_PER_PAYMENT);
        runtime.charge(SIZE_PER_STEP * STEPS_PER_PAYMENT);
      }
      const step = this.step(this.text[this.offset++]);
      steps.push(step);
      if (step.kind === 'bad size' || step.kind === 'bad alignment') break;
    }
    return steps;
  }

  private step(option: string): Step {
    switch (option) {
      case 'b':
      case 'B':
        return this.value('integer', 1, option);
      case 'h':
      case 'H':
        return this.value('integer', 2, option);
      case 'l':
      case 'L':
      case 'T':
        return this.value('integer', 8, option);
      case 'i':
      case 'I':
        return this.integer(option);
      case 'f':
        return this.value('float', 4, option);
      case 'd':
        return this.value('double', 8, option);
      case 'x':
        return this.value('padding', 1, option);
      case 'c':
        if (!this.readNumber(1)) return this.value('bad size', 0, TOO_LARGE);
        return new Step('characters', this.number, 1, this.isLittle, option);
      case 's':
        return this.value('string', 0, option);
      default:
        return this.control(option);
    }
  }

  private integer(option: string): Step {
    if (!this.readNumber(INT_SIZE)) return this.value('bad size', 0, TOO_LARGE);
    const size = this.number;
    if (size <= STRUCT_INTEGER_SIZE_MAX) return this.value('integer', size, option);
    const error = `integral size ${size} is larger than limit of ${STRUCT_INTEGER_SIZE_MAX}`;
    return this.value('bad size', 0, error);
  }

  private control(option: string): Step {
    switch (option) {
      case ' ':
        break;
      case '>':
      case '<':
        this.isLittle = option === '<';
        break;
      case '!': {
        if (!this.readNumber(ALIGNMENT_MAX)) return this.value('bad alignment', 0, TOO_LARGE);
        const alignment = this.number;
        if (alignment === 0 || (alignment & (alignment - 1)) !== 0) {
          return this.value('bad alignment', 0, `alignment ${alignment} is not a power of 2`);
        }
        this.alignmentMax = alignment;
        break;
      }
      default:
        return this.value('unknown', 0, option);
    }
    return this.value('control', 0, option);
  }

  private value(kind: Kind, size: number, text: string): Step {
    const alignment = size === 0 ? 1 : Math.min(size, this.alignmentMax);
    return new Step(kind, size, alignment, this.isLittle, text);
  }

  /** Reads a number that may be left out; false if it is too large. */
  private readNumber(otherwise: number): boolean {
    const start = this.offset;
    let number = 0;
    for (;;) {
      const digit = this.text.charCodeAt(this.offset) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      number = number * 10 + digit;
      if (number > INT_MAX) return false;
      this.offset++;
    }
    this.number = this.offset === start ? otherwise : number;
    return true;
  }
}
