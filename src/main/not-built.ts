// Settings that an operator relies on and that this version does not carry out.
import type { Settings } from '../engine/settings/settings.ts';

interface NotBuilt {
  readonly asksFor: (settings: Settings) => boolean;
  readonly text: string;
  /** Running without it would be harmful. */
  readonly isFatal: boolean;
}

const NOT_BUILT: readonly NotBuilt[] = [
  {
    asksFor: (settings) => settings.flag('daemonize'),
    text:
      'daemonize yes: Redstart always runs in the foreground. Leave the directive out and let a ' +
      'supervisor or the shell put the process into the background.',
    isFatal: true,
  },
  {
    asksFor: (settings) => settings.text('aclfile') !== '',
    text: 'aclfile: Redstart has no ACL users yet. Use requirepass.',
    isFatal: true,
  },
  {
    asksFor: (settings) => settings.primary() !== null,
    text: 'replicaof: replication is not built yet. The server starts as a primary.',
    isFatal: false,
  },
  {
    asksFor: (settings) => settings.flag('cluster-enabled'),
    text: 'cluster-enabled: there is no cluster yet. The server starts on its own.',
    isFatal: false,
  },
  {
    asksFor: (settings) => ['systemd', 'upstart'].includes(settings.text('supervised')),
    text: 'supervised: the supervisor is not told when the server is ready.',
    isFatal: false,
  },
  {
    asksFor: (settings) => settings.flag('syslog-enabled'),
    text: 'syslog-enabled: the system log is not supported; the log goes to logfile.',
    isFatal: false,
  },
];

/** Of these, what the settings ask for. */
export function notBuilt(settings: Settings): readonly NotBuilt[] {
  return NOT_BUILT.filter(({ asksFor }) => asksFor(settings));
}
