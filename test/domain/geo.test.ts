// Cells beside the same arithmetic with big integers; distances beside known answers; coordinates
// and distances as text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLongDouble, longDoubleFromNumber } from '../../src/domain/bytes/decimal.ts';
import {
  FIXED_LENGTH_MAX,
  writeCoordinate,
  writeDistance,
} from '../../src/domain/bytes/fixed-point.ts';
import { GeoAngle } from '../../src/domain/values/geo-angle.ts';
import {
  GeoCell,
  GeoPlace,
  LATITUDE_MAX,
  LONGITUDE_MAX,
  STEP_BITS_MAX,
} from '../../src/domain/values/geo-cells.ts';
import { GeoDistance } from '../../src/domain/values/geo-shape.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const ROUNDS = 2000;

function randomBetween(random: SeededRandom, min: number, max: number): number {
  return min + (random.next() / 2 ** 32 + random.next() / 2 ** 64) * (max - min);
}

/** The bits of two numbers in turn, that of the first one first. */
function interleaved(column: number, row: number): bigint {
  let bits = 0n;
  for (let i = 0n; i < 32n; i++) {
    bits |= ((BigInt(row) >> i) & 1n) << (2n * i);
    bits |= ((BigInt(column) >> i) & 1n) << (2n * i + 1n);
  }
  return bits;
}

test(`scores of cells are their bits, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const cell = new GeoCell();
  const beside = new GeoCell();
  for (let i = 0; i < ROUNDS; i++) {
    const bits = 1 + random.below(STEP_BITS_MAX);
    const isCorner = random.below(10) === 0;
    const longitude = isCorner ? LONGITUDE_MAX : randomBetween(random, -180, 180);
    const latitude = isCorner ? LATITUDE_MAX : randomBetween(random, -85, 85);
    cell.locate(longitude, latitude, bits);
    const shift = BigInt(2 * (STEP_BITS_MAX - bits));
    const expected = interleaved(cell.column, cell.row);
    assert.equal(cell.scoreMin, Number(expected << shift));
    assert.equal(cell.scoreEnd, Number((expected + 1n) << shift));
    if (!isCorner) {
      assert.ok(cell.west <= longitude && longitude <= cell.east, `${longitude} in ${cell.west}`);
      assert.ok(cell.south <= latitude && latitude <= cell.north, `${latitude} in ${cell.south}`);
    }
    beside.setNeighbour(cell, 1, -1);
    assert.equal(beside.column, (cell.column + 1) % 2 ** bits);
    assert.equal(beside.row, (cell.row + 2 ** bits - 1) % 2 ** bits);
  }
});

test(`the place of a score is in its cell, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const cell = new GeoCell();
  const place = new GeoPlace();
  for (let i = 0; i < ROUNDS; i++) {
    const longitude = randomBetween(random, -LONGITUDE_MAX, LONGITUDE_MAX);
    const latitude = randomBetween(random, -LATITUDE_MAX, LATITUDE_MAX);
    cell.locate(longitude, latitude, STEP_BITS_MAX);
    place.setScore(cell.scoreMin);
    assert.equal(place.longitude, (cell.west + cell.east) / 2);
    assert.equal(place.latitude, (cell.south + cell.north) / 2);
  }
});

test(`coordinates are written as long doubles are, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const text = new Uint8Array(400);
  const values = [0, -0, 1, -1, 180, -180, 0.5, 1e-9, -1e-17, 5e-18, -5e-18, 5e-324, 999.9999999];
  values.push(1e-5, 0.1, 0.3, 85.05112878, 1000, 1e20, 2 ** -17, 3 * 2 ** -18, 1 - 2 ** -53);
  for (let i = 0; i < ROUNDS; i++) {
    values.push(randomBetween(random, -180, 180));
    values.push(randomBetween(random, -1, 1) * 2 ** -random.below(60));
    values.push(Math.round(randomBetween(random, -1e7, 1e7)) / 2 ** random.below(30));
  }
  for (const value of values) {
    const end = writeCoordinate(text, 0, value);
    if (Math.abs(value) < 1000) assert.ok(end <= FIXED_LENGTH_MAX);
    const written = Buffer.from(text.subarray(0, end)).toString();
    assert.equal(written, formatLongDouble(longDoubleFromNumber(value)), String(value));
  }
});

test('distances have four digits, halves rounded to even', () => {
  const text = new Uint8Array(FIXED_LENGTH_MAX);
  for (const [distance, written] of [
    [0, '0.0000'],
    [1, '1.0000'],
    [166274.15156960033, '166274.1516'],
    [0.00005, '0.0000'],
    [1 / 32, '0.0312'],
    [3 / 32, '0.0938'],
    [0.5 / 16 / 1e4, '0.0000'],
    [12345.00005, '12345.0000'],
    [9999.99995, '10000.0000'],
    [20015116.0001, '20015116.0001'],
    [2 ** 38, '274877906944.0000'],
    [Number.NaN, '-922337203685477.5808'],
  ] as const) {
    const end = writeDistance(text, 0, distance);
    assert.equal(Buffer.from(text.subarray(0, end)).toString(), written);
  }
});

test(`angles are as exact as doubles, seed ${SEED}`, () => {
  const random = new SeededRandom(SEED);
  const angle = new GeoAngle();
  let others = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const radians = randomBetween(random, -Math.PI, Math.PI) * 2 ** -random.below(20);
    angle.set(radians);
    const [sine, cosine] = exactly(radians);
    if (angle.sine !== sine) others++;
    if (Math.abs(cosine) > 0.05 && angle.cosine !== cosine) others++;
    assert.ok(Math.abs(angle.sine - sine) <= 2 ** -52 * Math.abs(sine), `sine of ${radians}`);
    assert.ok(Math.abs(angle.cosine - cosine) <= 2 ** -60 + 2 ** -52 * Math.abs(cosine));
    const part = Math.abs(sine);
    assert.ok(Math.abs(exactly(angle.arcSine(part))[0] - part) <= 2 ** -52 * part);
  }
  assert.ok(others <= 5, `${others} of ${2 * ROUNDS} are not the nearest double`);
});

/** Sine and cosine by their series, with 200 bits. */
function exactly(radians: number): [sine: number, cosine: number] {
  const bits = 200n;
  const angle = BigInt(radians * 2 ** 100) << (bits - 100n);
  let [sine, cosine, term] = [0n, 0n, 1n << bits];
  for (let power = 0n; term !== 0n && power < 200n; power++) {
    const signed = (power & 2n) === 0n ? term : -term;
    if ((power & 1n) === 0n) cosine += signed;
    else sine += signed;
    term = ((term * angle) >> bits) / (power + 1n);
  }
  return [Number(sine) / 2 ** 200, Number(cosine) / 2 ** 200];
}

// What STOREDIST of Redis 7.2.6 stores.
test('distances that are stored', () => {
  const distance = new GeoDistance();
  for (const [from, to, meters] of [
    [
      [13.361389338970184, 38.1155563954963],
      [15.087267458438873, 37.50266842333162],
      166274.15156960033,
    ],
    [[0, 0], [0, 0], 0],
    [[0, 10.00000092823273], [0, 20.000000589104864], 1112262.9622800713],
  ] as const) {
    assert.equal(distance.meters(from[0], from[1], to[0], to[1]), meters);
  }
});
