// INFO: which sections are asked for, and how they are put together. What each says is in
// info-*.ts.
//
// Invariant: fields have Redis 7.2's names and order. Every figure is measured, or is the constant
// that is true for a server without the feature (no replicas: connected_slaves:0). Fields of Redis
// that have neither are left out: the resident size of the allocator apart from the process, and
// the processor time of the main thread apart from the runtime's other threads.
import {
  type CommandEntry,
  type Context,
  LOADING,
  type ServerView,
  STALE,
} from '../../engine/command.ts';
import { multiple, optional, string } from '../../engine/declaration/arguments.ts';
import type { Reply } from '../../engine/reply.ts';
import type { Request } from '../../engine/request.ts';
import { memoryFields } from './info-memory.ts';
import {
  clientsFields,
  clusterFields,
  persistenceFields,
  processorFields,
  replicationFields,
  serverFields,
} from './info-server.ts';
import {
  commandFields,
  debugFields,
  errorFields,
  keyspaceFields,
  latencyFields,
  statsFields,
} from './info-stats.ts';

/** When a section is shown without being named: by INFO and INFO default, by INFO all, or never. */
type Shown = 'default' | 'all' | 'named';

interface Section {
  readonly names: readonly string[];
  readonly title: string;
  readonly shown: Shown;
  readonly fields: (server: ServerView) => string[];
}

const SECTIONS: readonly Section[] = [
  { names: ['server'], title: 'Server', shown: 'default', fields: serverFields },
  { names: ['clients'], title: 'Clients', shown: 'default', fields: clientsFields },
  { names: ['memory'], title: 'Memory', shown: 'default', fields: memoryFields },
  { names: ['persistence'], title: 'Persistence', shown: 'default', fields: persistenceFields },
  { names: ['stats'], title: 'Stats', shown: 'default', fields: statsFields },
  { names: ['replication'], title: 'Replication', shown: 'default', fields: replicationFields },
  { names: ['cpu'], title: 'CPU', shown: 'default', fields: processorFields },
  // There are no modules.
  { names: ['modules', 'module_list'], title: 'Modules', shown: 'default', fields: () => [] },
  { names: ['commandstats'], title: 'Commandstats', shown: 'all', fields: commandFields },
  { names: ['errorstats'], title: 'Errorstats', shown: 'default', fields: errorFields },
  { names: ['latencystats'], title: 'Latencystats', shown: 'all', fields: latencyFields },
  { names: ['cluster'], title: 'Cluster', shown: 'default', fields: clusterFields },
  { names: ['keyspace'], title: 'Keyspace', shown: 'default', fields: keyspaceFields },
  { names: ['debug'], title: 'Debug', shown: 'named', fields: debugFields },
];

const INFO: CommandEntry = {
  name: 'INFO',
  flags: LOADING | STALE,
  categories: ['dangerous'],
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  args: [optional(multiple(string('section')))],
  run: info,
};

function info({ server }: Context, request: Request, reply: Reply): void {
  const { count } = request;
  const asked = new Set(count === 1 ? ['default'] : []);
  for (let i = 1; i < count; i++) asked.add(request.text(i).toLowerCase());
  const isAll = asked.has('all') || asked.has('everything');
  const isDefault = asked.has('default');
  // What earlier commands of the same chunk did belongs to the figures.
  server.costs.settle();
  const texts: string[] = [];
  for (const { names, title, shown, fields } of SECTIONS) {
    const isShown =
      names.some((name) => asked.has(name)) ||
      (isAll && shown !== 'named') ||
      (isDefault && shown === 'default');
    if (isShown) texts.push([`# ${title}`, ...fields(server), ''].join('\r\n'));
  }
  reply.verbatim(texts.join('\r\n'), 'txt');
}

export const INFO_COMMANDS: readonly CommandEntry[] = [INFO];
