// Lines for cjson: each has a library of its own.
import { evalLines } from './eval-lines.ts';

/**
 * Lines can use `c`, the library; e() shows what it writes of a value, d() what it reads of a text.
 */
const PRELUDE = `
local c
local zero = 0
local function e(...) see(pcall(c.encode, ...)) end
local function dump(v)
  if v == cjson.null then return 'null' end
  if type(v) == 'string' then return string.format('%q', v) end
  if type(v) == 'number' then return v ~= v and 'nan' or string.format('%.17g', v) end
  if type(v) ~= 'table' then return tostring(v) end
  local parts = {}
  for k, w in pairs(v) do parts[#parts + 1] = dump(k) .. '=' .. dump(w) end
  return '{' .. table.concat(parts, ',') .. '}'
end
local function d(text)
  local isFine, value = pcall(c.decode, text)
  see(isFine, isFine and dump(value) or value)
end
local function nested(depth, inner)
  local t = inner
  for i = 1, depth do t = {t} end
  return t
end
local function nestedIn(key, depth)
  local t = {}
  for i = 2, depth do t = {[key] = t} end
  return t
end
local function try(f, ...) see(pcall(f, ...)) end
`;

export function cjsonLines(name: string, lines: readonly string[]): void {
  evalLines(
    name,
    PRELUDE,
    lines.map((line) => `c = cjson.new() ${line}`),
  );
}

/** The words of a text. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The lines of a text, without those that are empty. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** For Lua's constants `-0` would be `0`. */
export const NUMBERS = words(`
  0 -zero 1 -1 7 10 123456789 2147483647 2147483648 -2147483648 -2147483649 4294967296
  99999999999999 100000000000000 123456789012345 -99999999999999 2^53 2^53+2 -2^63 2^63 2^64 1e15
  1e16 1e20 1e21 1e100 -1e100 1e300 1.7976931348623157e308 5e-324 2.2250738585072014e-308 0.5 -0.5
  1.5 0.1 0.2 0.1+0.2 0.3 1/3 2/3 -1/3 100/3 1e5/3 1e13/3 1e14/3 1e15/3 0.0001 0.00012 0.00001
  0.000012345 1e-5 1.5e-7 1e-10 1e-300 3.14159265358979 3.141592653589793 12.34 0.07 99.99
  1234567890123.25 1234567890123.75 1234567890123.5 0.125 1.125 2.5 99999999999999.5
  9999999999999.95 0.99999999999999 0.999999999999999 1e14-0.5 123.456 1e6+0.001 2147483.647
  2147483.648 -2147483.648 -2147483.649 1.0000000000001 1.00000000000001 1.000000000000001
  72057594037927945 4503599627370497.5
`);

/** Sizes around which strings are written or read in another way. */
export const SIZES = [
  0, 1, 12, 13, 15, 16, 17, 31, 32, 63, 64, 65, 1000, 2047, 2049, 32767, 32769, 70000,
];
