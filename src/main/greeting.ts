// What a server says at its start to people who look at a terminal. The log goes on as ever.
import type { Settings } from '../engine/settings/settings.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { placeOf, reachedBy, urlOf } from './reach.ts';
import { VERSION } from './version.ts';

const USUAL_PORT = 6379;
const FIRST_COLUMN = 12;
const SECOND_COLUMN = 38;

/** Lines, latin1. `configFile` is '' without one. */
export function greeting(settings: Settings, configFile: string): string {
  const [major, minor] = REDIS_VERSION.split('.');
  const ours = `Redstart ${VERSION}, speaks Redis ${major}.${minor}`;
  const lines = [
    `${ours.padEnd(SECOND_COLUMN + 2)}Node ${process.versions.node}, pid ${process.pid}`,
    ...placesOf(settings).map((place, i) => line(i === 0 ? 'Listening' : '', place)),
    line('Data', whereDataLasts(settings)),
    line('Config', configFile === '' ? 'no file: redstart --help' : configFile),
    line('Talk to it', `${client(settings).padEnd(SECOND_COLUMN - FIRST_COLUMN)}stop: Ctrl-C`),
  ];
  return `\n${lines.join('\n')}\n\n`;
}

function line(what: string, says: string): string {
  return `  ${what.padEnd(FIRST_COLUMN)}${says}`;
}

function placesOf(settings: Settings): string[] {
  const places: string[] = [];
  const place = placeOf(settings);
  if (place !== null) places.push(urlOf(place));
  const path = settings.text('unixsocket');
  if (path !== '' && settings.integer('port') !== 0) places.push(urlOf({ path }));
  for (const language of ['plain', 'quoted'] as const) {
    const port = settings.integer(`${language}-port`);
    if (port === 0) continue;
    places.push(`${reachedBy(settings.words('bind')[0] ?? '*')}:${port} (${language} lines)`);
  }
  return places;
}

function whereDataLasts(settings: Settings): string {
  const directory = settings.text('dir');
  const files = settings.text('appenddirname');
  if (settings.flag('appendonly')) {
    return `${directory}/${files}, synced: ${settings.text('appendfsync')}`;
  }
  if (settings.text('save') === '') return 'in memory only: --appendonly yes keeps it';
  return `${directory}/${settings.text('dbfilename')}, now and then: --appendonly yes keeps all`;
}

function client(settings: Settings): string {
  const place = placeOf(settings);
  if (place === null) return '';
  if ('path' in place) return `redstart cli -s ${place.path}`;
  const host = place.address === '127.0.0.1' ? '' : ` -h ${place.address}`;
  return `redstart cli${host}${place.port === USUAL_PORT ? '' : ` -p ${place.port}`}`;
}
