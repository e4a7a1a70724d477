// The math library of Lua 5.1. Its random numbers are Redis's own, the same on every machine.
import { fail, failArgument } from '../errors.ts';
import { power } from '../operations.ts';
import { type LuaTable, tableFor } from '../table.ts';
import { type LuaFunction, type LuaResult, type LuaValue, NOTHING } from '../value.ts';
import { checkInt, checkNumber } from './arguments.ts';

const RADIANS_PER_DEGREE = Math.PI / 180;
const EXPONENT_BITS_MASK = 0x7ff;
const EXPONENT_BIAS = 1022;
/** Multiplied by it, the smallest numbers have a full mantissa. */
const SUBNORMAL_SCALE = 2 ** 54;
const SUBNORMAL_EXPONENT = 54;
/** Beyond this exponent every mantissa gives 0 or infinity. */
const EXPONENT_MAX = 1200;
/** Redis's REDIS_LRAND48_MAX. */
const RANDOM_MAX = 2147483647;

const doubleBytes = new DataView(new ArrayBuffer(8));

/**
 * The generator of math.random(): POSIX's lrand48(), a linear congruence modulo 2^48. Redis has
 * one for the whole server, and starts it neither at random nor anew for each script.
 */
export class RandomSource {
  private high = 0x1234ab;
  private low = 0xcd330e;

  /** As srand48() does. */
  seed(seed: number): void {
    this.high = (seed >>> 8) & 0xffffff;
    this.low = ((seed & 0xff) << 16) | 0x330e;
  }

  /** The next number, an integer of 31 bits. */
  next(): number {
    // Halves of 24 bits: no product is above 2^48.
    const low = this.low * 0xece66d + 0xb;
    const carry = Math.floor(low / 0x1000000);
    this.high = (this.high * 0xece66d + this.low * 0x5de + carry) % 0x1000000;
    this.low = low % 0x1000000;
    return this.high * 128 + (this.low >>> 17);
  }
}

export function mathLibrary(random: RandomSource): LuaTable {
  // Lua's order, and room for all: traversal shows it.
  const library = tableFor(28);
  library.set('abs', lua_abs);
  library.set('acos', lua_acos);
  library.set('asin', lua_asin);
  library.set('atan2', lua_atan2);
  library.set('atan', lua_atan);
  library.set('ceil', lua_ceil);
  library.set('cosh', lua_cosh);
  library.set('cos', lua_cos);
  library.set('deg', lua_deg);
  library.set('exp', lua_exp);
  library.set('floor', lua_floor);
  library.set('fmod', lua_fmod);
  library.set('frexp', lua_frexp);
  library.set('ldexp', lua_ldexp);
  library.set('log10', lua_log10);
  library.set('log', lua_log);
  library.set('max', lua_max);
  library.set('min', lua_min);
  library.set('modf', lua_modf);
  library.set('pow', lua_pow);
  library.set('rad', lua_rad);
  library.set('random', randomFunction(random));
  library.set('randomseed', function lua_randomseed(seed: LuaValue): LuaResult {
    random.seed(checkInt(seed, 1, 'randomseed', arguments.length));
    return NOTHING;
  });
  library.set('sinh', lua_sinh);
  library.set('sin', lua_sin);
  library.set('sqrt', lua_sqrt);
  library.set('tanh', lua_tanh);
  library.set('tan', lua_tan);
  library.set('pi', Math.PI);
  library.set('huge', Number.POSITIVE_INFINITY);
  library.set('mod', lua_fmod);
  return library;
}

function lua_abs(value: LuaValue): LuaResult {
  return Math.abs(checkNumber(value, 1, 'abs', arguments.length));
}

function lua_acos(value: LuaValue): LuaResult {
  return Math.acos(checkNumber(value, 1, 'acos', arguments.length));
}

function lua_asin(value: LuaValue): LuaResult {
  return Math.asin(checkNumber(value, 1, 'asin', arguments.length));
}

function lua_atan(value: LuaValue): LuaResult {
  return Math.atan(checkNumber(value, 1, 'atan', arguments.length));
}

function lua_ceil(value: LuaValue): LuaResult {
  return Math.ceil(checkNumber(value, 1, 'ceil', arguments.length));
}

function lua_cos(value: LuaValue): LuaResult {
  return Math.cos(checkNumber(value, 1, 'cos', arguments.length));
}

function lua_cosh(value: LuaValue): LuaResult {
  return Math.cosh(checkNumber(value, 1, 'cosh', arguments.length));
}

function lua_exp(value: LuaValue): LuaResult {
  return Math.exp(checkNumber(value, 1, 'exp', arguments.length));
}

function lua_floor(value: LuaValue): LuaResult {
  return Math.floor(checkNumber(value, 1, 'floor', arguments.length));
}

function lua_log(value: LuaValue): LuaResult {
  return Math.log(checkNumber(value, 1, 'log', arguments.length));
}

function lua_log10(value: LuaValue): LuaResult {
  return Math.log10(checkNumber(value, 1, 'log10', arguments.length));
}

function lua_sin(value: LuaValue): LuaResult {
  return Math.sin(checkNumber(value, 1, 'sin', arguments.length));
}

function lua_sinh(value: LuaValue): LuaResult {
  return Math.sinh(checkNumber(value, 1, 'sinh', arguments.length));
}

function lua_sqrt(value: LuaValue): LuaResult {
  return Math.sqrt(checkNumber(value, 1, 'sqrt', arguments.length));
}

function lua_tan(value: LuaValue): LuaResult {
  return Math.tan(checkNumber(value, 1, 'tan', arguments.length));
}

function lua_tanh(value: LuaValue): LuaResult {
  return Math.tanh(checkNumber(value, 1, 'tanh', arguments.length));
}

function lua_deg(value: LuaValue): LuaResult {
  return checkNumber(value, 1, 'deg', arguments.length) / RADIANS_PER_DEGREE;
}

function lua_rad(value: LuaValue): LuaResult {
  return checkNumber(value, 1, 'rad', arguments.length) * RADIANS_PER_DEGREE;
}

// The reference, as it is usually compiled, looks at the second argument first.

function lua_atan2(y: LuaValue, x: LuaValue): LuaResult {
  const right = checkNumber(x, 2, 'atan2', arguments.length);
  return Math.atan2(checkNumber(y, 1, 'atan2', arguments.length), right);
}

function lua_fmod(dividend: LuaValue, divisor: LuaValue): LuaResult {
  const right = checkNumber(divisor, 2, 'fmod', arguments.length);
  return checkNumber(dividend, 1, 'fmod', arguments.length) % right;
}

function lua_pow(base: LuaValue, exponent: LuaValue): LuaResult {
  const right = checkNumber(exponent, 2, 'pow', arguments.length);
  return power(checkNumber(base, 1, 'pow', arguments.length), right);
}

function lua_ldexp(value: LuaValue, exponent: LuaValue): LuaResult {
  const more = checkInt(exponent, 2, 'ldexp', arguments.length);
  const parts = mantissaAndExponent(checkNumber(value, 1, 'ldexp', arguments.length));
  const sum = Math.min(Math.max(parts[1] + more, -EXPONENT_MAX), EXPONENT_MAX);
  // The power itself may be too large or too small for a double. In two steps it is not, and only
  // the second one rounds.
  const half = sum >> 1;
  return parts[0] * 2 ** half * 2 ** (sum - half);
}

/** As C's fmax() does not: NaN is the answer if it comes first, and else is passed over. */
function lua_max(value: LuaValue): LuaResult {
  const count = arguments.length;
  let max = checkNumber(value, 1, 'max', count);
  for (let i = 1; i < count; i++) {
    const number = checkNumber(arguments[i], i + 1, 'max', count);
    if (number > max) max = number;
  }
  return max;
}

function lua_min(value: LuaValue): LuaResult {
  const count = arguments.length;
  let min = checkNumber(value, 1, 'min', count);
  for (let i = 1; i < count; i++) {
    const number = checkNumber(arguments[i], i + 1, 'min', count);
    if (number < min) min = number;
  }
  return min;
}

/** The integer and the fraction, both with the number's sign. */
function lua_modf(value: LuaValue): LuaResult {
  const number = checkNumber(value, 1, 'modf', arguments.length);
  const whole = Math.trunc(number);
  if (whole !== number) return [whole, number - whole];
  return [whole, number < 0 || Object.is(number, -0) ? -0 : 0];
}

function lua_frexp(value: LuaValue): LuaResult {
  return mantissaAndExponent(checkNumber(value, 1, 'frexp', arguments.length));
}

/** The mantissa, from 0.5 up to 1, and the exponent of 2. */
function mantissaAndExponent(number: number): [number, number] {
  if (number === 0 || !Number.isFinite(number)) return [number, 0];
  doubleBytes.setFloat64(0, number);
  let exponent = -EXPONENT_BIAS;
  if (biasedExponent() === 0) {
    doubleBytes.setFloat64(0, number * SUBNORMAL_SCALE);
    exponent -= SUBNORMAL_EXPONENT;
  }
  exponent += biasedExponent();
  const others = doubleBytes.getUint16(0) & ~(EXPONENT_BITS_MASK << 4);
  doubleBytes.setUint16(0, others | (EXPONENT_BIAS << 4));
  return [doubleBytes.getFloat64(0), exponent];
}

function biasedExponent(): number {
  return (doubleBytes.getUint16(0) >> 4) & EXPONENT_BITS_MASK;
}

function randomFunction(random: RandomSource): LuaFunction {
  return function lua_random(low: LuaValue, high: LuaValue): LuaResult {
    const count = arguments.length;
    const next = random.next();
    const fraction = next === RANDOM_MAX ? 0 : next / RANDOM_MAX;
    if (count === 0) return fraction;
    if (count > 2) fail('wrong number of arguments');
    const from = checkInt(low, 1, 'random', count);
    if (count === 1) {
      if (from < 1) failArgument(1, 'random', 'interval is empty');
      return Math.floor(fraction * from) + 1;
    }
    const to = checkInt(high, 2, 'random', count);
    if (from > to) failArgument(2, 'random', 'interval is empty');
    // The size is a C int: it wraps around when it is above 2^31 - 1.
    return Math.floor(fraction * ((to - from + 1) | 0)) + from;
  };
}
