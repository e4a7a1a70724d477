// Composition root of the server: read top to bottom.
import { Connection } from '../adapters/resp/connection.ts';
import { RequestParser } from '../adapters/resp/parse.ts';
import { ALL_COMMANDS } from '../commands/all.ts';
import { Server } from '../engine/server.ts';
import { Settings } from '../engine/settings/settings.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import { RedisLog } from '../infrastructure/log.ts';
import { Listeners } from '../infrastructure/network.ts';
import { SystemRandom } from '../infrastructure/random.ts';

const settings = new Settings();
const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
const server = new Server({
  clock: new SystemClock(),
  random: new SystemRandom(),
  log: new RedisLog(),
  host: {} as never,
  settings,
  commands: ALL_COMMANDS,
  version: '0',
});
const shared = new RequestParser();
const listeners = new Listeners(
  (socket, addresses) => new Connection(server, socket, addresses, shared),
);
await listeners.listen(port, '127.0.0.1', 511);
server.cron.start();
