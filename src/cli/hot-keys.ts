// `--hotkeys`: which keys are asked for the most, by the counters of an LFU policy.
import type { Client } from './client.ts';
import { quote } from './format.ts';
import { Survey } from './scan.ts';
import { Failure } from './screen.ts';

const SHOWN_MAX = 16;

const HEAD = [
  '',
  '# Scanning the entire keyspace to find hot keys as well as',
  '# average sizes per key type.  You can use -i 0.1 to sleep 0.1 sec',
  '# per 100 SCAN commands (not usually needed).',
  '',
  '',
].join('\n');

interface HotKey {
  readonly key: string;
  readonly counter: number;
}

export async function runHotKeys(client: Client): Promise<number> {
  const { screen } = client;
  const connection = await client.connected();
  screen.print(HEAD);
  const survey = new Survey(client, connection);
  const hottest: HotKey[] = [];
  await survey.run(async (keys) => {
    const replies = await survey.ask(keys.map((key) => ['OBJECT', 'FREQ', key]));
    for (let i = 0; i < keys.length; i++) {
      const { kind, text } = replies[i];
      if (kind === 'error') throw new Failure(`Error: ${text}`);
      survey.count();
      // A key may have gone meanwhile.
      if (kind === 'integer') note(survey, hottest, { key: quote(keys[i]), counter: Number(text) });
    }
  });
  survey.summarize();
  for (const { key, counter } of hottest) {
    screen.print(`hot key found with counter: ${counter}\tkeyname: ${key}\n`);
  }
  return 0;
}

/** Keeps the list sorted, the hottest key first; of two that are equal the later one is behind. */
function note(survey: Survey, hottest: HotKey[], found: HotKey): void {
  const place = hottest.findIndex(({ counter }) => counter < found.counter);
  const isFull = hottest.length === SHOWN_MAX;
  if (found.counter === 0 || (place < 0 && isFull)) return;
  hottest.splice(place < 0 ? hottest.length : place, 0, found);
  hottest.length = Math.min(hottest.length, SHOWN_MAX);
  survey.say(`Hot key '${found.key}' found so far with counter ${found.counter}`);
}
