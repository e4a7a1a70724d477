// PFDEBUG and PFSELFTEST.
import { EVENT_PFCOUNT } from '../../domain/keyspace/events.ts';
import { NONE } from '../../domain/memory/arena.ts';
import { readRegister, writeRegister } from '../../domain/values/hyperloglog/dense.ts';
import { HyperLogLog } from '../../domain/values/hyperloglog/hyperloglog.ts';
import {
  DENSE_SIZE,
  HEADER_SIZE,
  REGISTERS,
  SPARSE_SIZE_MAX,
  VALUE_MAX,
} from '../../domain/values/hyperloglog/layout.ts';
import { isLongZeros, runOf, valueOfRun } from '../../domain/values/hyperloglog/sparse.ts';
import {
  ADMIN,
  type CommandEntry,
  type Context,
  DENYOOM,
  RUNS_IN_SLICES,
  WRITE,
} from '../../engine/command.ts';
import { ACCESS, key, RW, string } from '../../engine/declaration/arguments.ts';
import { findKeyToChange } from '../../engine/look-up.ts';
import type { Random } from '../../engine/ports.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { runInSlices, type SlicedWork } from '../../engine/slices.ts';
import { CORRUPT, openFound, store, viewOf } from './open.ts';

const PFDEBUG: CommandEntry = {
  name: 'PFDEBUG',
  flags: WRITE | DENYOOM | ADMIN,
  args: [string('subcommand'), key('key', RW | ACCESS)],
  run: pfdebug,
};

function pfdebug(context: Context, request: Request, reply: Reply): void {
  const found = findKeyToChange(context, request, 2);
  if (found === NONE) return reply.error(NO_KEY);
  if (!openFound(context, found, reply)) return;
  if (request.is(1, 'getreg')) getRegisters(context, request, found, reply);
  else if (request.is(1, 'decode')) decode(viewOf(context), reply);
  else if (request.is(1, 'encoding')) reply.simple(viewOf(context).isSparse ? 'sparse' : 'dense');
  else if (request.is(1, 'todense')) toDense(context, request, found, reply);
  else reply.error(`ERR Unknown PFDEBUG subcommand '${request.textUntilNul(1)}'`);
  viewOf(context).close();
}

function getRegisters(context: Context, request: Request, found: number, reply: Reply): void {
  const ref = makeDense(context, request, found);
  if (ref === NONE) return reply.error(CORRUPT);
  const { records } = context.keyspace;
  records.locateValue(ref);
  const base = records.valueStart + HEADER_SIZE;
  reply.array(REGISTERS);
  for (let i = 0; i < REGISTERS; i++) reply.integer(readRegister(records.valueBytes, base, i));
}

function toDense(context: Context, request: Request, found: number, reply: Reply): void {
  const { isSparse } = viewOf(context);
  if (makeDense(context, request, found) === NONE) return reply.error(CORRUPT);
  reply.integer(isSparse ? 1 : 0);
}

/** Stores the open one in the dense form, unless it is; NONE when its registers are corrupt. */
function makeDense(context: Context, request: Request, found: number): number {
  const view = viewOf(context);
  if (!view.isSparse) return found;
  if (!view.makeDense()) return NONE;
  const ref = store(context, request, 2, found);
  context.keyspace.changed(context.database, ref, EVENT_PFCOUNT);
  return ref;
}

/** The opcodes of the sparse form, as words. */
function decode(view: HyperLogLog, reply: Reply): void {
  if (!view.isSparse) return reply.error(NOT_SPARSE);
  if (view.size > SPARSE_SIZE_MAX) return reply.error(CORRUPT);
  const words: string[] = [];
  const { bytes, base, end } = view;
  for (let at = base; at < end; ) {
    const opcode = bytes[at];
    const run = runOf(opcode, at + 1 < end ? bytes[at + 1] : 0);
    const value = valueOfRun(opcode);
    const isLong = isLongZeros(opcode);
    words.push(value > 0 ? `v:${value},${run}` : `${isLong ? 'Z' : 'z'}:${run}`);
    at += isLong ? 2 : 1;
  }
  reply.bulkText(words.join(' '));
}

const NO_KEY = 'ERR The specified key does not exist';
const NOT_SPARSE = 'ERR HLL encoding is not sparse';

const PFSELFTEST: CommandEntry = {
  name: 'PFSELFTEST',
  flags: ADMIN | RUNS_IN_SLICES,
  args: [],
  run: pfselftest,
};

function pfselftest(context: Context, _request: Request, reply: Reply): void {
  const { random, live } = context.server;
  runInSlices(context, new SelfTest(random, live.collections.hyperLogLogSize), reply);
}

/** Rounds in which all registers are written and read. */
const REGISTER_ROUNDS = 1000;
const ELEMENTS = 1e7;
const ELEMENTS_OF_STEP = 500;
/** The standard error is 1.04 divided by the root of the number of registers. */
const STANDARD_ERROR = 1.04 / Math.sqrt(REGISTERS);
const ERRORS_MAX = 6;

/** First registers of the dense form; then estimates of both forms, at each power of ten. */
class SelfTest implements SlicedWork {
  private readonly random: Random;
  private readonly sparseSizeMax: number;
  private readonly registers = new Uint8Array(DENSE_SIZE);
  private readonly expected = new Uint8Array(REGISTERS);
  private readonly dense = new HyperLogLog();
  private readonly sparse = new HyperLogLog();
  private readonly element = new Int32Array(2);
  private readonly seed: number;
  private rounds = 0;
  private count = 0;
  private checkpoint = 1;
  private problem = '';

  constructor(random: Random, sparseSizeMax: number) {
    this.random = random;
    this.sparseSizeMax = sparseSizeMax;
    this.seed = random.next();
    this.element[1] = random.next();
    this.sparse.create();
    this.dense.create();
    this.dense.makeDense();
  }

  step(): boolean {
    if (this.rounds < REGISTER_ROUNDS) this.testRegisters();
    else this.testEstimates();
    return this.problem !== '' || this.count === ELEMENTS;
  }

  answer(reply: Reply): void {
    if (this.problem === '') reply.ok();
    else reply.error(`ERR TESTFAILED ${this.problem}`);
  }

  private testRegisters(): void {
    const { registers, expected, random } = this;
    this.rounds++;
    for (let i = 0; i < REGISTERS; i++) {
      expected[i] = random.next() & VALUE_MAX;
      writeRegister(registers, 0, i, expected[i]);
    }
    for (let i = 0; i < REGISTERS; i++) {
      const value = readRegister(registers, 0, i);
      if (value === expected[i]) continue;
      this.problem = `Register ${i} should be ${expected[i]} but is ${value}`;
    }
  }

  private testEstimates(): void {
    const { element, sparseSizeMax } = this;
    const bytes = new Uint8Array(element.buffer);
    for (let i = 0; i < ELEMENTS_OF_STEP && this.problem === ''; i++) {
      element[0] = ++this.count ^ this.seed;
      this.dense.add(bytes, 0, bytes.length, sparseSizeMax);
      this.sparse.add(bytes, 0, bytes.length, sparseSizeMax);
      if (this.count === this.checkpoint) this.check();
    }
  }

  private check(): void {
    const { count, dense, sparse } = this;
    const estimate = dense.count();
    const difference = Math.abs(count - estimate);
    // Of ten elements two may well have one register.
    const max = count === 10 ? 1 : Math.ceil(STANDARD_ERROR * ERRORS_MAX * count);
    if (count < this.sparseSizeMax / 2 && !sparse.isSparse) {
      this.problem = 'sparse encoding not used';
    } else if (estimate !== sparse.count()) {
      this.problem = 'dense/sparse disagree';
    } else if (difference > max) {
      this.problem = `Too big error. card:${count} abserr:${difference}`;
    }
    this.checkpoint *= 10;
  }
}

export const HYPERLOGLOG_DEBUG_COMMANDS: readonly CommandEntry[] = [PFDEBUG, PFSELFTEST];
