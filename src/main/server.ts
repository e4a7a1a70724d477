// Composition root of the server: read top to bottom.
import { rewriteConfig } from '../adapters/config/rewrite.ts';
import { makeLuaScripts } from '../adapters/lua/scripts.ts';
import { PLAIN } from '../adapters/plain/dialect.ts';
import { QUOTED } from '../adapters/quoted/dialect.ts';
import { DumpPayloads } from '../adapters/rdb/dump-payloads.ts';
import { RdbFiles } from '../adapters/rdb/files.ts';
import { RequestParser, Resp } from '../adapters/resp/language.ts';
import type { Dialect } from '../adapters/text/dialect.ts';
import { TextLanguage } from '../adapters/text/language.ts';
import { TextWriter } from '../adapters/text/text-writer.ts';
import { Connection } from '../adapters/wire/connection.ts';
import { ALL_COMMANDS } from '../commands/all.ts';
import { Server } from '../engine/server.ts';
import { SystemClock } from '../infrastructure/clock.ts';
import { SystemDisk } from '../infrastructure/disk.ts';
import { yieldToMainThreadSoon } from '../infrastructure/helper-threads.ts';
import { ProcessHost } from '../infrastructure/host.ts';
import { RedisLog } from '../infrastructure/log.ts';
import { Listeners } from '../infrastructure/network.ts';
import { SystemRandom } from '../infrastructure/random.ts';
import { SocketBuffers } from '../infrastructure/socket.ts';
import { type Answer, type Configuration, readConfiguration } from './configuration.ts';
import { reportCrashes } from './crash.ts';
import { Doors } from './doors.ts';
import { makeJournal } from './journal.ts';
import { Life } from './life.ts';
import { VERSION } from './version.ts';

const configuration = readConfiguration(ALL_COMMANDS);
if ('settings' in configuration) serve(configuration);
else void answer(configuration);

/** What is asked for instead of a server. */
async function answer(asked: Answer | Promise<Answer>): Promise<void> {
  const { output, isError } = await asked;
  (isError ? process.stderr : process.stdout).write(output, 'latin1');
  process.exit(isError ? 1 : 0);
}

function serve({ settings, commands, configFile, warnings }: Configuration): void {
  yieldToMainThreadSoon();
  const log = new RedisLog();
  const life = new Life(settings, log);
  life.begin(configFile, warnings);
  const host = new ProcessHost(configFile, (code) => life.exit(code));
  const clock = new SystemClock();
  const random = new SystemRandom();
  const server = new Server({
    clock,
    random,
    log,
    host,
    settings,
    commands,
    dumpCodec: (keyspace, live) => new DumpPayloads(keyspace, live),
    disk: new SystemDisk(),
    rdbFormat: (keyspace, live) => new RdbFiles(keyspace, live.collections),
    // A file of its own in dist, which is loaded then (decisions/0014).
    scripts: (host) => makeLuaScripts(host),
    readOpen: (): boolean => doors.readNow(),
    version: VERSION,
    rewriteConfig,
  });
  reportCrashes(server, (output) => (output instanceof Connection ? output.runningRequest : null));

  const buffers = new SocketBuffers();
  const parser = new RequestParser();
  const text = new TextWriter();
  const resp = new Listeners(
    buffers,
    (socket, addresses) => new Connection(server, socket, addresses, new Resp(parser)),
  );
  const speaking = (dialect: Dialect): Listeners =>
    new Listeners(
      buffers,
      (socket, addresses) =>
        new Connection(server, socket, addresses, new TextLanguage(dialect, text)),
    );
  const plain = speaking(PLAIN);
  const quoted = speaking(QUOTED);
  const doors = new Doors(settings, log, [
    { port: 'port', transport: 'tcp', listeners: resp },
    { port: 'plain-port', transport: 'plain', listeners: plain },
    { port: 'quoted-port', transport: 'quoted', listeners: quoted },
  ]);
  // Not awaited: the bundle is not a module (decisions/0014). A failure is reported as a crash.
  void life.open(server, doors, makeJournal(server));
}
