// `redstart doctor`: would a server of this configuration start here, and run well? What is looked
// at is what a start looks at, by the same means. It reads, and changes nothing: of a port it finds
// out whether it is free by listening for a moment.
import { dirname } from 'node:path';
import { type JournalDirectory, journalDirectory } from '../engine/journal/directory.ts';
import type { Settings } from '../engine/settings/settings.ts';
import { humanSize } from '../engine/stats/info-text.ts';
import { SystemDisk } from '../infrastructure/disk.ts';
import { isLocked } from '../infrastructure/lock.ts';
import {
  backlogMax,
  fileSize,
  freeDiskSize,
  memorySize,
  whyNotWritable,
} from '../infrastructure/look.ts';
import { openFilesMax } from '../infrastructure/open-files.ts';
import { probeListen } from '../infrastructure/probe.ts';
import { checkJournalFiles } from './check-journal.ts';
import { checkRdbFile } from './check-rdb.ts';
import { RESERVED_FILES } from './client-limit.ts';
import { notBuilt } from './not-built.ts';
import { reachedBy } from './reach.ts';
import { VERSION } from './version.ts';
import { whoAnswers } from './who-answers.ts';

/** A disk with less free space than that is soon full. */
const FREE_SIZE_MIN = 2 ** 30;
const LANGUAGES = ['port', 'plain-port', 'quoted-port'] as const;

interface Finding {
  /** `FAIL`: a server would not start, or would lose what it shall keep. */
  readonly verdict: 'ok' | 'note' | 'FAIL';
  readonly subject: string;
  readonly text: string;
}

/** What it says, latin1, and whether a server would start. */
export async function examine(
  settings: Settings,
  configFile: string,
  warnings: readonly string[],
): Promise<{ text: string; isFine: boolean }> {
  const findings = [
    ok('Program', `Redstart ${VERSION}, Node.js ${process.versions.node}, ${process.platform}`),
    ok('Config', configFile === '' ? 'no file' : configFile),
    ...warnings.map((warning) => note('Config', warning)),
    ...notBuilt(settings).map(({ isFatal, text }) => (isFatal ? fail : note)('Config', text)),
    ...(await ports(settings)),
    ...access(settings),
    ...directories(settings),
    ...(await data(settings)),
    ...limits(settings),
    ...memory(settings),
  ];
  const fails = findings.filter(({ verdict }) => verdict === 'FAIL').length;
  const lines = findings.map(
    ({ verdict, subject, text }) => `${verdict.padEnd(6)}${subject.padEnd(10)}${text}\n`,
  );
  const end =
    fails === 0 ? 'A server would start here.' : `A server would not start: ${fails} FAIL.`;
  return { text: `${lines.join('')}\n${end}\n`, isFine: fails === 0 };
}

async function ports(settings: Settings): Promise<Finding[]> {
  const findings: Finding[] = [];
  const path = settings.text('unixsocket');
  for (const language of LANGUAGES) {
    const port = settings.integer(language);
    if (port === 0) continue;
    for (const word of settings.words('bind')) findings.push(await portFinding(word, port));
  }
  if (path !== '') {
    const who = await whoAnswers({ path });
    if (who !== null) findings.push(fail('Socket', `${path} is taken: ${who} there`));
    else findings.push(directoryFinding('Socket', dirname(path), `${path} can be made`));
  }
  if (findings.length === 0) findings.push(fail('Port', 'this configuration listens nowhere'));
  return findings;
}

async function portFinding(word: string, port: number): Promise<Finding> {
  const address = reachedBy(word);
  const isOptional = word.startsWith('-');
  const listened = { '*': '0.0.0.0', '::*': '::' }[isOptional ? word.slice(1) : word] ?? address;
  const place = `${word}:${port}`;
  const [failure] = probeListen([{ address: listened, port }]);
  if (failure === null) return ok('Port', `${place} is free`);
  const says = `${place}: ${failure.words}`;
  if (failure.code !== 'EADDRINUSE') return (isOptional ? note : fail)('Port', says);
  const who = await whoAnswers({ address, port });
  return fail('Port', who === null ? says : `${place} is taken: ${who} there`);
}

function access(settings: Settings): Finding[] {
  if (settings.text('requirepass') !== '') return [ok('Access', 'with a password')];
  if (settings.flag('protected-mode')) {
    return [ok('Access', 'without a password, from this machine only (protected-mode)')];
  }
  const isLocal = settings.words('bind').every((word) => /^-?(127\.|::1$)/.test(word));
  if (isLocal) return [ok('Access', 'without a password, from this machine only (bind)')];
  return [note('Access', 'whoever reaches the port may do everything: set requirepass')];
}

function directories(settings: Settings): Finding[] {
  const findings = [];
  const directory = settings.text('dir');
  if (isWritten(settings)) {
    findings.push(directoryFinding('Data', directory, `files can be made in ${directory}`));
    const free = freeDiskSize(directory);
    const text = `${humanSize(free)} are free on the disk of ${directory}`;
    if (Number.isFinite(free)) findings.push((free < FREE_SIZE_MIN ? note : ok)('Disk', text));
  } else {
    findings.push(note('Data', 'in memory only: --appendonly yes keeps it'));
  }
  for (const name of ['logfile', 'pidfile'] as const) {
    const path = settings.text(name);
    if (path !== '') findings.push(directoryFinding(name, dirname(path), path));
  }
  return findings;
}

function isWritten(settings: Settings): boolean {
  return settings.flag('appendonly') || settings.text('save') !== '';
}

function directoryFinding(subject: string, directory: string, text: string): Finding {
  const problem = whyNotWritable(directory);
  return problem === null ? ok(subject, text) : fail(subject, `${directory}: ${problem}`);
}

/** The files that a start would load. */
async function data(settings: Settings): Promise<Finding[]> {
  const journal = journalDirectory(settings, new SystemDisk());
  const isJournaled = settings.flag('appendonly');
  if (isJournaled && (await isLocked(journal.lockPath))) {
    return [fail('AOF', `another server uses ${journal.manifestPath}`)];
  }
  if (isJournaled && journal.hasManifest) return [await journalFinding(settings, journal)];
  const path = `${settings.text('dir')}/${settings.text('dbfilename')}`;
  const size = fileSize(path);
  if (size === null) return [ok('Dump', `there is no ${path}: a server would begin empty`)];
  if (checkRdbFile(path).isFine) return [ok('Dump', `${path} is intact, ${humanSize(size)}`)];
  return [fail('Dump', `${path} is damaged: redstart check-rdb ${path} says more`)];
}

async function journalFinding(settings: Settings, journal: JournalDirectory): Promise<Finding> {
  const path = journal.manifestPath;
  const { text, isFine } = await checkJournalFiles(path, false);
  if (isFine) return ok('AOF', `${path} and its files are intact`);
  if (/ is torn: /.test(text) && settings.flag('aof-load-truncated')) {
    return note('AOF', `${path}: the start cuts off a last command that is not whole`);
  }
  return fail('AOF', `${path} is damaged: redstart check-aof ${path} says more`);
}

function limits(settings: Settings): Finding[] {
  const findings = [];
  const filesMax = openFilesMax();
  const clientsMax = settings.integer('maxclients');
  const needed = clientsMax + RESERVED_FILES;
  if (filesMax >= needed)
    findings.push(ok('Files', `enough may be open for maxclients ${clientsMax}`));
  else if (filesMax <= RESERVED_FILES) findings.push(fail('Files', tooFew(filesMax, needed)));
  else findings.push(note('Files', tooFew(filesMax, needed)));
  const backlog = settings.integer('tcp-backlog');
  const most = backlogMax();
  if (most < backlog) {
    findings.push(note('Backlog', `tcp-backlog ${backlog} is ${most}: raise net.core.somaxconn`));
  }
  return findings;
}

function tooFew(filesMax: number, needed: number): string {
  return `${filesMax} may be open, maxclients needs ${needed}: raise it with ulimit -n`;
}

function memory(settings: Settings): Finding[] {
  const size = memorySize();
  const limit = settings.integer('maxmemory');
  const says = `maxmemory ${humanSize(limit)}, of ${humanSize(size)} that there are`;
  if (limit > size) return [note('Memory', `${says}: more than there is`)];
  if (limit > 0) return [ok('Memory', says)];
  return [note('Memory', `no limit, ${humanSize(size)} there are: maxmemory sets one`)];
}

function ok(subject: string, text: string): Finding {
  return { verdict: 'ok', subject, text };
}

/** It would start, but whoever runs it should know. */
function note(subject: string, text: string): Finding {
  return { verdict: 'note', subject, text };
}

function fail(subject: string, text: string): Finding {
  return { verdict: 'FAIL', subject, text };
}
