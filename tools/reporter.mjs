// How a test run is reported: as node's spec reporter does it, but a failure takes a screen at
// most, however large the values are that were compared, and slow tests are named at the end.
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';
import { inspect } from 'node:util';

const LINES_MAX = 40;
const COLUMNS_MAX = 160;
/** No test takes longer on a machine of today that does nothing else. */
const SLOW_MS = 2000;
const SLOW_TESTS_MAX = 15;

/** The reporter for node's test runner, which takes it as the module's default. */
export default async function* report(events) {
  const slow = [];
  const cut = async function* () {
    for await (const event of events) {
      const { details, name, file } = event.data;
      const isEnd = event.type === 'test:pass' || event.type === 'test:fail';
      const ms = isEnd ? details.duration_ms : 0;
      if (ms > SLOW_MS && details.type !== 'suite') slow.push({ ms, name, file });
      if (event.type === 'test:fail') cutError(details);
      yield event;
    }
  };
  yield* Readable.from(cut()).compose(new spec());
  slow.sort((one, other) => other.ms - one.ms);
  if (slow.length > 0) yield `\nTests that took more than ${SLOW_MS / 1000} s:\n`;
  for (const { ms, name, file } of slow.slice(0, SLOW_TESTS_MAX)) {
    yield `  ${(ms / 1000).toFixed(1).padStart(5)} s  ${basename(file ?? '')}: ${cutLine(name)}\n`;
  }
}

/** Lets an error that would fill more than a screen be shown shortened. */
function cutError(details) {
  const { error } = details;
  const shown = error.code === 'ERR_TEST_FAILURE' ? (error.cause ?? error) : error;
  const text = typeof shown === 'string' ? shown : inspect(shown);
  const short = cutText(text);
  if (short === text) return;
  const cause = { [inspect.custom]: () => short };
  details.error = Object.assign(new Error('cut'), { ...error, code: 'ERR_TEST_FAILURE', cause });
}

/** A text without the middle of what is too long in it. */
function cutText(text) {
  const lines = text.split('\n').map(cutLine);
  if (lines.length <= LINES_MAX) return lines.join('\n');
  const half = LINES_MAX / 2;
  const left = lines.length - LINES_MAX;
  return [...lines.slice(0, half), `... ${left} lines ...`, ...lines.slice(-half)].join('\n');
}

function cutLine(line) {
  if (line.length <= COLUMNS_MAX) return line;
  const half = COLUMNS_MAX / 2;
  return `${line.slice(0, half)}... ${line.length - COLUMNS_MAX} ...${line.slice(-half)}`;
}
