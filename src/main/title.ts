// The title under which the process is listed, made from proc-title-template.
import type { Settings } from '../engine/settings/settings.ts';

/** The title; the template was checked when it was set. */
export function processTitle(settings: Settings, program: string, configFile: string): string {
  const variables: Record<string, string> = {
    title: program,
    'listen-addr': listenAddress(settings),
    'server-mode': settings.flag('cluster-enabled') ? '[cluster]' : '',
    'config-file': configFile === '' ? '-' : configFile,
    port: settings.text('port'),
    'tls-port': settings.text('tls-port'),
    unixsocket: settings.text('unixsocket'),
  };
  return settings
    .text('proc-title-template')
    .replace(/\{\{|\{([^}]*)\}/g, (match, name?: string) =>
      name === undefined ? match.slice(1) : (variables[name] ?? ''),
    )
    .replace(/^ +| +$/g, '');
}

function listenAddress(settings: Settings): string {
  const port = settings.integer('port');
  if (port === 0) return `unixsocket:${settings.text('unixsocket')}`;
  return `${settings.words('bind')[0] ?? '*'}:${port}`;
}
