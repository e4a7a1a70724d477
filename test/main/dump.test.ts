// The dump of a real process: what was there before its end is there after the next start, and a
// file that is damaged ends the start and stays as it is.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask, ServerProcess, withDirectory, withServer } from '../support/process.ts';
import { fileOf } from '../support/rdb-file.ts';
import { freePort } from '../support/server.ts';

const VALUE = '$1\r\nv\r\n';

for (const end of ['SIGTERM', 'SIGINT', 'SHUTDOWN', 'SHUTDOWN SAVE'] as const) {
  test(`data lasts over ${end}`, async () => {
    await withDirectory(async (directory) => {
      const port = await freePort();
      const save = end === 'SHUTDOWN SAVE' ? '' : '3600 1';
      const args = ['--port', String(port), '--save', save];
      const options = { cwd: directory };
      await withServer(
        args,
        async (server) => {
          assert.equal(await ask(port, 'SET k v'), '+OK\r\n');
          if (end === 'SIGTERM' || end === 'SIGINT') server.signal(end);
          else await ask(port, end);
          assert.equal(await server.ended, 0, server.text);
          assert.match(
            server.text,
            /Saving the final RDB snapshot before exiting\.\n.*DB saved on/,
          );
        },
        options,
      );
      assert.deepEqual(readdirSync(directory), ['dump.rdb']);
      await withServer(
        args,
        async (server) => {
          assert.match(
            server.text,
            new RegExp(
              'Server initialized\n.*Loading RDB produced by version 7\\.2\\.6\n[^]*' +
                `Loaded 1 keys \\(0 more had expired\\) from ${directory}/dump\\.rdb, 0\\.0 MiB, ` +
                'in 0\\.\\d+ seconds\n.*DB loaded from disk: 0\\.\\d+ seconds\n.*Ready to accept',
            ),
          );
          assert.equal(await ask(port, 'GET k'), VALUE);
        },
        options,
      );
    });
  });
}

test('a damaged dump ends the start, with its name, the offset and advice', async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, 'dump.rdb');
    const file = fileOf([Buffer.of(77)]);
    writeFileSync(path, file);
    const port = String(await freePort());
    const server = new ServerProcess(['--port', port], { cwd: directory });
    assert.equal(await server.ended, 1);
    assert.match(
      server.text,
      new RegExp(
        `The RDB file ${path} is refused: what begins at byte 9 cannot be read: values of type ` +
          "77 are not known\n.*Nothing was changed\\..*'redstart check-rdb [^']*dump\\.rdb'[^]*" +
          'Fatal error loading the DB, check server logs\\. Exiting\\.\n$',
      ),
    );
    assert.deepEqual(readFileSync(path), file);
    assert.deepEqual(readdirSync(directory), ['dump.rdb']);
  });
});
