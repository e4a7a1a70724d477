// The title of the process from proc-title-template.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Settings } from '../../src/engine/settings/settings.ts';
import { processTitle } from '../../src/main/title.ts';

const CASES: readonly [template: string, given: Record<string, string>, title: string][] = [
  ['{title} {listen-addr} {server-mode}', {}, 'redstart *:6379'],
  ['{title} {listen-addr}', { port: '1', bind: '10.0.0.1 ::1' }, 'redstart 10.0.0.1:1'],
  ['{listen-addr}', { port: '0', unixsocket: '/tmp/s' }, 'unixsocket:/tmp/s'],
  ['{title} {server-mode}!', { 'cluster-enabled': 'yes' }, 'redstart [cluster]!'],
  ['{port}/{tls-port} {config-file}', {}, '6379/0 /etc/redis.conf'],
  ['{{title} {title}', {}, '{title} redstart'],
];

for (const [template, given, title] of CASES) {
  test(`${template} gives ${title}`, () => {
    const settings = new Settings();
    settings.load('proc-title-template', [template]);
    for (const [name, value] of Object.entries(given)) settings.load(name, value.split(' '));
    assert.equal(processTitle(settings, 'redstart', '/etc/redis.conf'), title);
  });
}
