// Two servers that were given one directory for their journals: the second one changes nothing.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { check, DIRECTORY, picture, put, start, using } from '../support/journal-process.ts';
import { ask, withDirectory } from '../support/process.ts';

const IN_USE = /Can't take the lock .*appendonlydir\/appendonly\.aof\.lock: another server uses it/;
/** A start in that directory is refused. */
async function refused(path: string): Promise<void> {
  const [other] = await start(path);
  try {
    await other.says(IN_USE);
    assert.equal(await other.ended, 1);
  } finally {
    await other.stop();
  }
}

const OFF = ['--appendonly', 'no'];

test('refused: a directory that another server uses', async () => {
  await withDirectory(async (path) => {
    await using(path, [], async (port) => {
      await refused(path);
      assert.match(await ask(port, 'PING'), /PONG/);
    });
  });
});

for (const [name, line] of [
  ['BGREWRITEAOF', 'BGREWRITEAOF'],
  ['CONFIG SET appendonly yes', 'CONFIG SET appendonly yes'],
] as const) {
  test(`${name} changes nothing in a directory that another server uses`, async () => {
    await withDirectory(async (path) => {
      await using(path, ['--appendfsync', 'always'], async (port) => {
        await ask(port, 'SET k v');
        const before = picture(path);
        await using(path, OFF, async (otherPort, other) => {
          await ask(otherPort, 'SET other v');
          await ask(otherPort, line);
          await other.says(IN_USE);
          assert.match(await ask(otherPort, 'INFO persistence'), /aof_last_bgrewrite_status:err/);
          assert.equal(picture(path), before);
        });
        await ask(port, 'SET l w');
      });
      await using(path, [], async (port) => {
        assert.equal(await ask(port, 'DBSIZE'), ':2\r\n');
      });
    });
  });
}

test('a server that has rewritten what it does not append to has the files', async () => {
  await withDirectory(async (path) => {
    await using(path, OFF, async (port, server) => {
      await ask(port, 'SET k v');
      await ask(port, 'SAVE');
      await ask(port, 'BGREWRITEAOF');
      await server.says(/Background AOF rewrite finished successfully/);
      await refused(path);
    });
  });
});

test('a server that was started from a dump has the files', async () => {
  await withDirectory(async (path) => {
    await using(path, OFF, async (port) => {
      await ask(port, 'SET k v');
      await ask(port, 'SAVE');
    });
    await using(path, [], async () => {
      await refused(path);
    });
  });
});

test('of two servers that start in an empty directory one goes on', async () => {
  await withDirectory(async (path) => {
    mkdirSync(join(path, DIRECTORY));
    const starts = [(await start(path))[0], (await start(path))[0]];
    const outcomes = await Promise.all(
      starts.map((server) =>
        server.says(/Ready to accept connections/).then(
          () => 1,
          () => 0,
        ),
      ),
    );
    for (const server of starts) await server.stop();
    assert.equal(outcomes[0] + outcomes[1], 1, starts.map(({ text }) => text).join('\n'));
  });
});

test('check-aof fixes nothing that a server uses', async () => {
  await withDirectory(async (path) => {
    await using(path, [], async () => {
      const manifest = join(path, DIRECTORY, 'appendonly.aof.manifest');
      put(path, { 'appendonly.aof.1.incr.aof': 'torn' });
      const before = picture(path);
      const [said, code] = await check('--fix', manifest);
      assert.equal(code, 1);
      assert.match(said, IN_USE);
      assert.equal(picture(path), before);
      assert.match((await check(manifest))[0], /With --fix it is cut off there/);
    });
  });
});

test('two servers with append-only files of their own names share a directory', async () => {
  await withDirectory(async (path) => {
    const names = ['one.aof', 'two.aof'];
    // Old files, which both take over: a directory of strangers' files alone is refused.
    for (const name of names) {
      writeFileSync(join(path, name), `*3\r\n$3\r\nSET\r\n$4\r\nname\r\n$7\r\n${name}\r\n`);
    }
    const [one, two] = names.map((name) => ['--appendfilename', name]);
    await using(path, one, async (port) => {
      await using(path, two, async (otherPort) => {
        assert.equal(await ask(port, 'GET name'), '$7\r\none.aof\r\n');
        assert.equal(await ask(otherPort, 'GET name'), '$7\r\ntwo.aof\r\n');
        await ask(port, 'SET k 1');
        await ask(otherPort, 'BGREWRITEAOF');
        await ask(otherPort, 'SET k 2');
      });
    });
    await using(path, one, async (port) => {
      assert.equal(await ask(port, 'GET k'), '$1\r\n1\r\n');
    });
  });
});
