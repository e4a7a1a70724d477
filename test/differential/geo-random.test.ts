// Random searches among random places: both servers must find the same members, in the same order.
// REDSTART_RANDOM_SEED says which.
import { type DifferentialOptions, differential } from '../support/differential.ts';
import { SeededRandom } from '../support/random.ts';

const SEED = Number(process.env.REDSTART_RANDOM_SEED ?? Date.now() % 1e9);
const PLACES = 300;
const SEARCHES = 200;
const UNITS = ['m', 'km', 'ft', 'mi'] as const;
const METERS = { m: 1, km: 1000, ft: 0.3048, mi: 1609.34 };
const REACH_MAX_METERS = 2.2e7;
/** Wider than a cell. */
const COLUMN_DEGREES = 1e-5;
const LATITUDE_MAX = 85.05112878;

/** Around the world, or within a few kilometers; near the poles and the line of dates, too. */
const REGIONS = [
  { name: 'the world', longitude: 0, latitude: 0, width: 360, height: 170.1, reach: 1 },
  { name: 'a city', longitude: 13.4, latitude: 52.5, width: 0.5, height: 0.3, reach: 1 / 400 },
  { name: 'the north', longitude: 20, latitude: 82, width: 200, height: 6, reach: 1 / 4 },
  { name: 'the line of dates', longitude: 180, latitude: -15, width: 4, height: 4, reach: 1 / 20 },
  {
    name: 'the corner',
    longitude: 180,
    latitude: LATITUDE_MAX,
    width: 2,
    height: 2,
    reach: 1 / 20,
  },
] as const;

for (const region of REGIONS) {
  for (const entries of [0, 1000]) {
    const random = new SeededRandom(SEED + entries);
    const near = (middle: number, size: number): string =>
      (middle + (random.next() / 2 ** 32 - 0.5) * size).toFixed(6);
    const place = (): string => {
      const longitude = Number(near(region.longitude, region.width));
      const latitude = Number(near(region.latitude, region.height));
      const folded = longitude > 180 ? longitude - 360 : longitude;
      // Back from the edge, not onto it: on one latitude, two of three are often equally far.
      const inside = latitude > LATITUDE_MAX ? 2 * LATITUDE_MAX - latitude : latitude;
      return `${folded} ${inside.toFixed(8)}`;
    };
    const taken = new Set<number>();
    /** Not in a cell with another one: the order of what is equally far is not defined. */
    const ownPlace = (): string => {
      for (;;) {
        const text = place();
        const column = Math.round(Number.parseFloat(text) / COLUMN_DEGREES);
        if ([column - 1, column, column + 1].some((each) => taken.has(each))) continue;
        taken.add(column);
        return text;
      }
    };
    const size = (unit: keyof typeof METERS): string => {
      const meters = REACH_MAX_METERS * region.reach * (random.next() / 2 ** 32) ** 3;
      return (meters / METERS[unit]).toFixed(3);
    };
    const lines = [`CONFIG SET zset-max-listpack-entries ${entries}`];
    for (let i = 0; i < PLACES; i++) lines.push(`GEOADD g ${ownPlace()} place:${i}`);
    for (let i = 0; i < SEARCHES; i++) {
      const unit = random.pick(UNITS);
      const member = `place:${random.below(PLACES)}`;
      const from = random.below(2) === 0 ? `FROMMEMBER ${member}` : `FROMLONLAT ${place()}`;
      const by =
        random.below(2) === 0
          ? `BYRADIUS ${size(unit)} ${unit}`
          : `BYBOX ${size(unit)} ${size(unit)} ${unit}`;
      const order = random.pick(['', 'ASC', 'DESC']);
      const count = random.pick(['', '', `COUNT ${1 + random.below(20)}`, 'COUNT 7 ANY']);
      const what = random.pick(['', 'WITHDIST', 'WITHDIST WITHHASH WITHCOORD']);
      lines.push(`GEOSEARCH g ${from} ${by} ${order} ${count} ${what}`);
      if (i % 4 === 0) lines.push(`GEODIST g ${member} place:${random.below(PLACES)} ${unit}`);
      if (i % 10 === 0) {
        lines.push(`GEOSEARCHSTORE d g ${from} ${by} ${count}`, 'ZRANGE d 0 -1 WITHSCORES');
      }
    }
    const form = entries === 0 ? 'large' : 'packed';
    const options: DifferentialOptions = {
      protocols: [2],
      atEnd: ['CONFIG SET zset-max-listpack-entries 128'],
    };
    differential(`random searches in ${region.name}, ${form}, seed ${SEED}`, lines, options);
  }
}
