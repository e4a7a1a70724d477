// Servers with a journal as processes: what is there after kill -9, and what a start refuses, with
// nothing on the disk changed.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { GroupChecksums } from '../../src/engine/journal/checksums.ts';
import { respOf } from '../support/journal.ts';
import { check, DIRECTORY, picture, put, start, using } from '../support/journal-process.ts';
import { ask, withDirectory } from '../support/process.ts';
import { startReference } from '../support/server.ts';

const NAME = 'appendonly.aof';
const BASE = respOf(['SET', 'base', '1']);
const INCREMENT = respOf(['SELECT', '0']) + respOf(['SET', 'k', 'v']);

for (const format of ['resp', 'text']) {
  test(`after kill -9 all types are there, in another start too: ${format}`, async () => {
    await withDirectory(async (path) => {
      const args = ['--appendfsync', 'always', '--aof-format', format];
      const enabled = [...args, '--enable-debug-command', 'yes'];
      let digest = '';
      await using(path, enabled, async (port) => {
        await ask(port, 'SET k "v\\xff\\n" EX 1000');
        await ask(port, 'RPUSH l a b c');
        await ask(port, 'HSET h f v');
        await ask(port, 'SADD s 1 2 x');
        await ask(port, 'ZADD z 1 a 2.5 b');
        await ask(port, 'XADD x * f v');
        await ask(port, 'XADD x MAXLEN ~ 1 LIMIT 5 * f w');
        await ask(port, 'SELECT 3\r\nSET other 1\r\nMOVE other 0');
        digest = await ask(port, 'DEBUG DIGEST');
      });
      await using(path, enabled, async (port) => {
        assert.equal(await ask(port, 'DEBUG DIGEST'), digest);
        await ask(port, 'INCR n');
      });
      await using(path, enabled, async (port) => {
        assert.equal(await ask(port, 'GET n'), '$1\r\n1\r\n');
        assert.match(await ask(port, 'DEBUG LOADAOF'), /OK/);
        assert.equal(await ask(port, 'DBSIZE'), ':8\r\n');
      });
    });
  });
}

test('groups with checksums: read back after kill -9', async () => {
  await withDirectory(async (path) => {
    const args = ['--appendfsync', 'always', '--aof-checksum', 'yes'];
    args.push('--aof-use-rdb-preamble', 'no');
    await using(path, args, async (port) => {
      await ask(port, 'SET k v');
      await ask(port, 'MULTI\r\nSET l 1\r\nSET m 2\r\nEXEC');
    });
    const increment = readFileSync(join(path, DIRECTORY, `${NAME}.1.incr.aof`), 'latin1');
    assert.equal(increment.match(/#=\d{10} /g)?.length, 2);
    const base = readFileSync(join(path, DIRECTORY, `${NAME}.1.base.aof`), 'latin1');
    assert.match(base, /^#=\d{10} /);
    await using(path, args, async (port) => assert.equal(await ask(port, 'DBSIZE'), ':3\r\n'));
  });
});

/** A journal with one group, which has its checksum; its base is what a new one has. */
function putGroup(path: string, commands: string): void {
  const checksums = new GroupChecksums('\r\n');
  const bytes = Buffer.from(' '.repeat(checksums.noteSize) + commands, 'latin1');
  checksums.write(bytes, 0, bytes.length);
  put(path, {
    [`${NAME}.manifest`]: `file ${NAME}.1.incr.aof seq 1 type i\n`,
    [`${NAME}.1.incr.aof`]: bytes.toString('latin1'),
  });
}

test('groups with checksums: damage within a value is found', async () => {
  await withDirectory(async (path) => {
    putGroup(path, INCREMENT);
    const manifest = join(path, DIRECTORY, `${NAME}.manifest`);
    const [said, code] = await check(manifest);
    assert.match(said, /INCR AOF .* bytes, checksums right: 1\n/);
    assert.equal(code, 0);
    const file = join(path, DIRECTORY, `${NAME}.1.incr.aof`);
    writeFileSync(file, readFileSync(file, 'latin1').replace('\r\nv\r\n', '\r\nw\r\n'), 'latin1');
    const damaged = picture(path);
    const [server] = await start(path);
    assert.equal(await server.ended, 1);
    assert.match(
      server.text,
      /1\.incr\.aof at offset 0: a group of 50 bytes is not what its check/,
    );
    assert.match((await check(manifest))[0], /At offset 0 it is damaged: a group of 50 bytes/);
    assert.equal(picture(path), damaged);
  });
});

test('groups with checksums are read by Redis', async () => {
  await withDirectory(async (path) => {
    putGroup(path, INCREMENT);
    const { port, stop } = await startReference(['--dir', path, '--appendonly', 'yes']);
    try {
      let reply = await ask(port, 'GET k');
      while (reply.startsWith('-LOADING')) reply = await ask(port, 'GET k');
      assert.equal(reply, '$1\r\nv\r\n');
    } finally {
      await stop();
    }
  });
});

test('a file of an older Redis moves into the directory', async () => {
  await withDirectory(async (path) => {
    writeFileSync(join(path, NAME), INCREMENT, 'latin1');
    await using(path, [], async (port) => {
      assert.equal(await ask(port, 'GET k'), '$1\r\nv\r\n');
    });
    assert.match(picture(path), /appendonlydir\/appendonly.aof: /);
    await using(path, [], async (port) => {
      assert.equal(await ask(port, 'GET k'), '$1\r\nv\r\n');
    });
  });
});

test('a dump without a journal is what the journal begins with', async () => {
  await withDirectory(async (path) => {
    await using(path, ['--appendonly', 'no'], async (port) => {
      await ask(port, 'SET k v');
      await ask(port, 'SAVE');
    });
    await using(path, ['--appendfsync', 'always'], async (port, server) => {
      assert.equal(await ask(port, 'GET k'), '$1\r\nv\r\n');
      await server.says(/Background AOF rewrite finished successfully/);
      await ask(port, 'SET l w');
    });
    await using(path, [], async (port) => {
      assert.equal(await ask(port, 'DBSIZE'), ':2\r\n');
      assert.match(await ask(port, 'INFO persistence'), /rdb_last_load_keys_loaded:1\r\n/);
    });
  });
});

test('a torn tail is cut off before the MULTI, and gone on with', async () => {
  await withDirectory(async (path) => {
    const manifest = `file ${NAME}.1.base.aof seq 1 type b\nfile ${NAME}.1.incr.aof seq 1 type i\n`;
    const torn = respOf(['MULTI']) + respOf(['SET', 'half', '1']) + '*3\r\n$3\r\nSE';
    put(path, {
      [`${NAME}.manifest`]: manifest,
      [`${NAME}.1.base.aof`]: BASE,
      [`${NAME}.1.incr.aof`]: INCREMENT + torn,
    });
    await using(path, ['--appendfsync', 'always'], async (port, server) => {
      await server.says(/Truncating the AOF .*appendonly.aof.1.incr.aof at offset 50 /);
      assert.equal(await ask(port, 'DBSIZE'), ':2\r\n');
      await ask(port, 'SET later 1');
    });
    await using(path, [], async (port) => {
      assert.equal(await ask(port, 'DBSIZE'), ':3\r\n');
    });
  });
});

const MANIFEST = `${NAME}.manifest`;
const LISTED = `file ${NAME}.1.base.aof seq 1 type b\nfile ${NAME}.1.incr.aof seq 1 type i\n`;
const ONE = `${NAME}.1.base.aof`;
const TWO = `${NAME}.1.incr.aof`;

for (const [name, files, args, says] of [
  [
    'files without a manifest',
    { [ONE]: BASE },
    [],
    /manifest .*appendonly.aof.manifest is missing/,
  ],
  ['an empty manifest', { [MANIFEST]: '' }, [], /Found an empty AOF manifest/],
  [
    'a bad manifest',
    { [MANIFEST]: 'file x\n' },
    [],
    /at line 1\n>>> 'file x'\nInvalid AOF manifest/,
  ],
  [
    'a base that is missing',
    { [MANIFEST]: LISTED, [TWO]: '' },
    [],
    /base.aof doesn't exist: No such file or directory. Restore it from a/,
  ],
  [
    'an increment that is missing',
    { [MANIFEST]: LISTED, [ONE]: BASE },
    [],
    /incr.aof doesn't exist/,
  ],
  [
    'an empty base',
    { [MANIFEST]: LISTED.replace('base.aof', 'base.rdb'), [`${NAME}.1.base.rdb`]: '', [TWO]: '' },
    [],
    /The base file .*base.rdb is empty/,
  ],
  [
    'a damaged RDB base',
    {
      [MANIFEST]: LISTED.replace('base.aof', 'base.rdb'),
      [`${NAME}.1.base.rdb`]: 'REDIS0010',
      [TWO]: '',
    },
    [],
    /The RDB part of .*base.rdb is refused: .*\. Restore it from a backup; redstart/,
  ],
  [
    'a torn base before an increment with bytes',
    { [MANIFEST]: LISTED, [ONE]: BASE.slice(0, -3), [TWO]: INCREMENT },
    [],
    /truncated file is not the last file: .*base.aof .* at offset 0\. Restore it from/,
  ],
  [
    'a damaged middle',
    { [MANIFEST]: LISTED, [ONE]: BASE, [TWO]: `${INCREMENT.replace('$3', '$7')}${INCREMENT}` },
    [],
    /Bad file format reading the append only file .*incr.aof at offset 23: /,
  ],
  [
    'a torn tail where that is not allowed',
    { [MANIFEST]: LISTED, [ONE]: BASE, [TWO]: INCREMENT.slice(0, -1) },
    ['--aof-load-truncated', 'no'],
    /Unexpected end of file reading the append only file .*incr.aof: .* at offset 23 /,
  ],
  [
    'an unknown command',
    { [MANIFEST]: LISTED, [ONE]: BASE, [TWO]: respOf(['BLA', 'x']) },
    [],
    /Unknown command 'BLA' reading the append only file .*aof at offset 0\. If another/,
  ],
  [
    'a wrong number of arguments',
    { [MANIFEST]: LISTED, [ONE]: BASE, [TWO]: respOf(['SET', 'x']) },
    [],
    /Wrong number of arguments for 'SET' reading the append only file .*\. If another version/,
  ],
] as const) {
  test(`refused, and nothing is changed: ${name}`, async () => {
    await withDirectory(async (path) => {
      put(path, files);
      const before = picture(path);
      const [server] = await start(path, ...args);
      assert.equal(await server.ended, 1, server.text);
      assert.match(server.text, says);
      assert.equal(picture(path), before);
    });
  });
}

test('switched on and off at run time', async () => {
  await withDirectory(async (path) => {
    await using(path, ['--appendonly', 'no'], async (port, server) => {
      await ask(port, 'SET k 1');
      assert.match(await ask(port, 'CONFIG SET appendonly yes'), /OK/);
      await server.says(/Background AOF rewrite finished successfully/);
      await ask(port, 'CONFIG SET appendfsync always');
      await ask(port, 'SET l 2');
      assert.match(await ask(port, 'INFO persistence'), /aof_enabled:1\r\n.*aof_rewrites:1\r\n/s);
      assert.match(await ask(port, 'CONFIG SET appendonly no'), /OK/);
      await ask(port, 'SET m 3');
      assert.match(await ask(port, 'INFO persistence'), /aof_enabled:0\r\n/);
    });
    await using(path, [], async (port) => {
      assert.equal(await ask(port, 'DBSIZE'), ':2\r\n');
    });
  });
});

test('check-aof tells what is intact, and cuts off what is not if it is told to', async () => {
  await withDirectory(async (path) => {
    put(path, { [MANIFEST]: LISTED, [ONE]: BASE, [TWO]: `${INCREMENT}*2\r\n$3\r\nDEL\r\n` });
    const manifest = join(path, DIRECTORY, MANIFEST);
    const before = picture(path);
    const [said, code] = await check(manifest);
    assert.equal(code, 1);
    assert.match(said, /BASE AOF .*base.aof is valid/);
    assert.match(said, /INCR AOF .*incr.aof is not valid. At offset 50 it is torn/);
    assert.match(said, /With --fix it is cut off there: that loses the last 13 of its 63 bytes/);
    assert.equal(picture(path), before);
    const [fixed, done] = await check('--fix', manifest);
    assert.equal(done, 0, fixed);
    assert.match(fixed, /Successfully truncated AOF .*incr.aof at offset 50/);
    assert.equal(readFileSync(join(path, DIRECTORY, TWO), 'latin1'), INCREMENT);
    assert.match(readFileSync(join(path, DIRECTORY, `${TWO}.cut-at-50`), 'latin1'), /DEL/);
    const [again, fine] = await check(manifest);
    assert.equal(fine, 0);
    assert.match(again, /All AOF files and manifest are valid/);
  });
});

test('check-aof does not cut what later files build on', async () => {
  await withDirectory(async (path) => {
    put(path, { [MANIFEST]: LISTED, [ONE]: BASE.slice(0, -1), [TWO]: INCREMENT });
    const before = picture(path);
    const [said, code] = await check('--fix', join(path, DIRECTORY, MANIFEST));
    assert.equal(code, 1);
    assert.match(said, /It cannot be fixed, for it is not the last file/);
    assert.equal(picture(path), before);
  });
});
