// Operators: each with operands of all types, as every kind of variable that an error can name, and
// against each other for precedence.
import { corpus } from '../support/corpus.ts';

const ARITHMETIC = ['+', '-', '*', '/', '%', '^'];
const COMPARISONS = ['<', '<=', '>', '>=', '==', '~='];
const LOGICAL = ['and', 'or'];
const BINARY = [...ARITHMETIC, '..', ...COMPARISONS, ...LOGICAL];
const UNARY = ['-', '#', 'not '];

/** Operands of each type; tables and functions print addresses, which are normalised. */
const OPERANDS = [
  'nil',
  'true',
  'false',
  '0',
  '7',
  '-2.5',
  "'10'",
  "' 0x10 '",
  "'abc'",
  "''",
  '{}',
  'print',
  'coroutine.create(print)',
  'newproxy()',
];

const NUMBERS = [
  '0',
  // Not folded, so that it does not share a constant with 0.
  '(-1/(1/0))',
  '1',
  '-1',
  '3',
  '-3',
  '2.5',
  '-2.5',
  '1e15',
  '1e100',
  '-1e308',
  '2^53',
  '1/0',
  '-1/0',
  '0/0',
];

const STRINGS = [
  "''",
  "'a'",
  "'A'",
  "'ab'",
  "'b'",
  "'\\0'",
  "'a\\0'",
  "'a\\0b'",
  "'\\255'",
  "'10'",
];

/** How a value comes to an operator: PLACE is replaced by the value. */
const PLACES: Readonly<Record<string, readonly [before: string, operand: string]>> = {
  constant: ['', '(PLACE)'],
  local: ['local name = PLACE ', 'name'],
  global: ['name = PLACE ', 'name'],
  field: ['local t = {name = PLACE} ', 't.name'],
  'global field': ['t = {name = PLACE} ', 't.name'],
  'field of a field': ['local t = {u = {name = PLACE}} ', 't.u.name'],
  element: ['local t = {PLACE} ', 't[1]'],
  'element by a variable': ["local k, t = 'x', {x = PLACE} ", 't[k]'],
  parameter: ['local name = ({PLACE})[1] ', '(function(given) return given end)(name)'],
  vararg: ['local v = function(...) return ... end ', 'v(PLACE)'],
  concatenation: ['local name = PLACE ', "('x' .. name)"],
};

const pairs = (operators: readonly string[], operands: readonly string[]): string[] =>
  operators.flatMap((operator) =>
    operands.flatMap((a) => operands.map((b) => `local a, b = ${a}, ${b} return a ${operator} b`)),
  );

/** The same of constants, which a compiler may fold. */
const constants = (operators: readonly string[], operands: readonly string[]): string[] =>
  operators.flatMap((operator) =>
    operands.flatMap((a) => operands.map((b) => `return ${a} ${operator} ${b}`)),
  );

/** All operators of two operands in one program: where no error ends it. */
const together = (operators: readonly string[], operands: readonly string[]): string[] => {
  const results = operators.map((operator) => `a ${operator} b`).join(', ');
  return operands.flatMap((a) => operands.map((b) => `local a, b = ${a}, ${b} return ${results}`));
};

const inPlaces = (values: readonly string[], use: (operand: string) => string): string[] =>
  values.flatMap((value) =>
    Object.values(PLACES).map(
      ([before, operand]) => before.replace('PLACE', value) + use(operand.replace('PLACE', value)),
    ),
  );

const OTHER_OPERANDS = ['1', "'s'", '{}', 'nil'];

/** Programs in which one operand, left or right, is what an error names. */
function namedOperands(): string[] {
  const values = ['nil', '{}', "'x'", 'true'];
  const programs = ['+', '..', '<', '%'].flatMap((operator) =>
    OTHER_OPERANDS.flatMap((other) => [
      ...inPlaces(values, (operand) => `return ${operand} ${operator} ${other}`),
      ...inPlaces(values, (operand) => `return ${other} ${operator} ${operand}`),
    ]),
  );
  return programs;
}

function namedOperand(): string[] {
  const values = ['nil', '{}', "'x'", 'true', '5'];
  const uses = [
    (operand: string) => `return -${operand}`,
    (operand: string) => `return #${operand}`,
    (operand: string) => `return ${operand}.x`,
    (operand: string) => `return ${operand}[1]`,
    (operand: string) => `return ${operand}.x.y`,
    (operand: string) => `return ${operand}()`,
    (operand: string) => `local r = ${operand}(1, 2) return r`,
    (operand: string) => `return ${operand}:method()`,
    (operand: string) => `return ${operand}.field()`,
    (operand: string) => `for i = 1, ${operand} do return i end`,
    (operand: string) => `for k in ${operand} do return k end`,
  ];
  const programs = uses.flatMap((use) => inPlaces(values, use));
  const assignments = ['local', 'global', 'field', 'field of a field', 'element'].flatMap((place) =>
    values.flatMap((value) => {
      const [before, operand] = PLACES[place];
      return [`${operand}.x = 1`, `${operand}[1] = 1`, `${operand}[nil] = 1`].map(
        (statement) => before.replace('PLACE', value) + statement,
      );
    }),
  );
  return [...programs, ...assignments];
}

/** Two operators in a row, with numbers, strings or truth values that tell how they group. */
function precedence(): string[] {
  const operators = [...ARITHMETIC, '..', '<', '==', '~=', ...LOGICAL];
  const numbers = operators.flatMap((first) =>
    operators.flatMap((second) => [
      `return 7 ${first} 3 ${second} 2`,
      `local a, b, c = 2, 3, 4 return a ${first} b ${second} c`,
      `return 2 ${first} -3 ${second} -2`,
      `return not 2 ${first} 3 ${second} 2`,
      `return -2 ${first} 3 ${second} 2`,
      `return #'ab' ${first} 3 ${second} 2`,
    ]),
  );
  const truths = LOGICAL.flatMap((first) =>
    LOGICAL.flatMap((second) =>
      ['nil', 'false', '1'].flatMap((a) =>
        ['nil', 'false', '2'].flatMap((b) => [
          `return ${a} ${first} ${b} ${second} 3`,
          `local a, b = ${a}, ${b} return a ${first} b ${second} 3, not a ${first} b ${second} nil`,
          `local a, b = ${a}, ${b} if a ${first} b ${second} false then return 1 else return 2 end`,
          `local a, b = ${a}, ${b} local x = a ${first} (b ${second} a) return x`,
        ]),
      ),
    ),
  );
  return [...numbers, ...truths];
}

corpus({
  'binary operators of variables': pairs(BINARY, OPERANDS),
  'binary operators of constants': constants(BINARY, OPERANDS.slice(0, 10)),
  'arithmetic of numbers': together(ARITHMETIC, [...NUMBERS, "'7'", "'-0'", "' 0x1f '"]),
  'arithmetic of constants': constants(ARITHMETIC, NUMBERS),
  'comparisons of numbers': together(COMPARISONS, NUMBERS),
  'comparisons of strings': together([...COMPARISONS, '..'], STRINGS),
  'unary operators': UNARY.flatMap((operator) =>
    [...OPERANDS, ...NUMBERS, ...STRINGS].flatMap((operand) => [
      `return ${operator}(${operand})`,
      `local a = ${operand} return ${operator}a`,
    ]),
  ),
  'named operands of binary operators': namedOperands(),
  'named operands of other uses': namedOperand(),
  precedence: precedence(),
  'conditions of all types': OPERANDS.flatMap((operand) => [
    `local a = ${operand} if a then return 1 else return 2 end`,
    `local a = ${operand} if not a then return 1 else return 2 end`,
    `local a = ${operand} return a and 1 or 2, not a, not not a, a == nil, a ~= nil, a == false`,
    `local a = ${operand} while a do return 1 end return 2`,
    `local a = ${operand} local n = 0 repeat n = n + 1 until a or n == 2 return n`,
    `return type(${operand})`,
  ]),
  identity: OPERANDS.flatMap((operand) => [
    `local a = ${operand} local b = a return a == b, a ~= b, rawequal(a, b), a == (${operand})`,
    `local t = {} local k = ${operand} t[k] = 1 return t[k], next(t) == k, rawget(t, k)`,
    `local t = {} local k = ${operand} return t[k], rawget(t, k)`,
    `return {[${operand}] = 1}`,
  ]),
});
