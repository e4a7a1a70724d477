// The life of the process: what it says at its start, its signals, its pid file and its end.
import { writeFileSync } from 'node:fs';
import type { JournalStartParts } from '../engine/journal/start.ts';
import type { Loaded } from '../engine/persistence/persistence.ts';
import type { Server } from '../engine/server.ts';
import type { Settings } from '../engine/settings/settings.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { absolutePath, fromLatin1, pathBytes, removeFile } from '../infrastructure/files.ts';
import { keepAlive } from '../infrastructure/host.ts';
import type { RedisLog } from '../infrastructure/log.ts';
import { OomScore } from '../infrastructure/oom-score.ts';
import { openFilesMax } from '../infrastructure/open-files.ts';
import { closeUninvitedDebugger } from '../infrastructure/signals.ts';
import { errorWords } from '../infrastructure/system-error.ts';
import { fitClientLimit } from './client-limit.ts';
import type { Doors } from './doors.ts';
import { type JournalStarted, startJournal } from './journal.ts';
import { processTitle } from './title.ts';
import { VERSION } from './version.ts';

/** Settings that an operator relies on and that this version does not carry out. */
const NOT_BUILT: readonly {
  readonly asksFor: (settings: Settings) => boolean;
  readonly text: string;
  /** Running without it would be harmful. */
  readonly isFatal: boolean;
}[] = [
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

const NO_JOURNAL: JournalStarted = { problem: '', beginsWithDump: true };

/** Those that are ignored are infrastructure/signals.ts. */
const ENDING_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export class Life {
  private readonly settings: Settings;
  private readonly log: RedisLog;
  private server: Server | null = null;
  private doors: Doors | null = null;
  /** The file that was written, as an absolute path; '' if there is none. */
  private pidFile = '';

  constructor(settings: Settings, log: RedisLog) {
    this.settings = settings;
    this.log = log;
  }

  /** The first lines of the log. Ends the process if the settings ask for what cannot be. */
  begin(configFile: string, warnings: readonly string[]): void {
    this.followLog();
    const { log } = this;
    log.write('notice', 'oO0OoO0OoO0Oo Redstart is starting oO0OoO0OoO0Oo');
    log.write(
      'notice',
      `Redstart version=${VERSION}, redis=${REDIS_VERSION}, node=${process.version}, ` +
        `pid=${process.pid}, just started`,
    );
    if (configFile === '') {
      log.write('warning', 'Warning: no config file specified, using the default config.');
    } else {
      log.write('notice', 'Configuration loaded');
    }
    for (const warning of warnings) log.write('warning', warning);
    this.checkNotBuilt();
    if (!fitClientLimit(this.settings, log, openFilesMax())) process.exit(1);
    this.followTitle(configFile);
    this.followOomScore();
    log.role = 'M';
  }

  /** Opens the doors, or ends the process. */
  async open(server: Server, doors: Doors, journal: JournalStartParts): Promise<void> {
    const { log, settings } = this;
    this.server = server;
    this.doors = doors;
    server.onShutdown = (code) => this.exit(code);
    // What clients would write now would be in the way of what is loaded, and a signal now would
    // have nothing saved in its place.
    server.persistence.awaitData();
    this.followSignals(server);
    const mode = settings.flag('cluster-enabled') ? 'cluster' : 'standalone';
    const port = settings.integer('port');
    log.write('notice', `Running mode=${mode}, port=${port}. PID: ${process.pid}`);
    if (!(await doors.open())) {
      doors.shutDown();
      process.exit(1);
    }
    keepAlive();
    this.writePidFile();
    server.cron.start();
    log.write('notice', 'Server initialized');
    await this.loadData(server, doors, journal);
    server.persistence.dataIsThere();
    doors.sayReady();
    await closeUninvitedDebugger();
  }

  /** Closes everything that is open and ends the process. */
  exit(code: number): void {
    this.server?.cron.stop();
    this.doors?.shutDown();
    this.removePidFile();
    this.log.write('warning', 'Redis is now ready to exit, bye bye...');
    process.exit(code);
  }

  /** Loads what there is, or ends the process: what is damaged must not be written over. */
  private async loadData(server: Server, doors: Doors, journal: JournalStartParts): Promise<void> {
    const isJournaled = this.settings.flag('appendonly');
    const started = isJournaled ? await startJournal(journal) : NO_JOURNAL;
    if (started.problem !== '') this.refuse(doors, started.problem);
    if (!started.beginsWithDump) return;
    const { problem } = await new Promise<Loaded>((done) => server.persistence.loadDump(done));
    if (problem === '') {
      if (isJournaled) server.journal.switchOn();
      return;
    }
    // What was wrong stands at the end, too, where people look first.
    this.log.write(
      'warning',
      `Terminating server after rdb file reading failure. It was: ${problem}`,
    );
    this.refuse(doors, 'Fatal error loading the DB, check server logs. Exiting.');
  }

  private refuse(doors: Doors, problem: string): never {
    doors.shutDown();
    this.removePidFile();
    // As in Redis, the last line of the log says why.
    this.log.write('warning', problem);
    process.exit(1);
  }

  private followLog(): void {
    const { settings, log } = this;
    const apply = (): void => {
      log.level = settings.text('loglevel') as RedisLog['level'];
    };
    const file = settings.text('logfile');
    // CONFIG SET dir shall not move the log.
    log.file = file === '' ? '' : absolutePath(file);
    apply();
    settings.onChange('loglevel', apply);
    // Whoever reads the log may go; the server stays.
    process.stdout.on('error', () => {});
    const problem = log.check();
    if (problem === null) return;
    process.stderr.write(`Can't open the log file: ${problem}\n`);
    process.exit(1);
  }

  private followTitle(configFile: string): void {
    const { settings } = this;
    if (!settings.flag('set-proc-title')) return;
    const apply = (): void => {
      process.title = fromLatin1(processTitle(settings, 'redstart', configFile));
    };
    apply();
    settings.onChange(['proc-title-template', 'port', 'bind'], apply);
  }

  private followOomScore(): void {
    const { settings, log } = this;
    const score = new OomScore();
    const apply = (): string | null => {
      const kind = settings.text('oom-score-adj');
      const [ofPrimary] = settings.text('oom-score-adj-values').split(' ');
      const problem =
        kind === 'no' ? score.restore() : score.adjust(Number(ofPrimary), kind !== 'absolute');
      if (problem === '') return null;
      log.write('warning', problem);
      return 'Failed to set current oom_score_adj. Check server logs.';
    };
    apply();
    settings.onChange(['oom-score-adj', 'oom-score-adj-values'], apply);
  }

  private checkNotBuilt(): void {
    for (const { asksFor, text, isFatal } of NOT_BUILT) {
      if (!asksFor(this.settings)) continue;
      this.log.write('warning', `WARNING: ${text}`);
      if (isFatal) process.exit(1);
    }
  }

  private followSignals(server: Server): void {
    for (const signal of ENDING_SIGNALS) {
      process.on(signal, () => {
        this.end(server, signal);
      });
    }
  }

  /** Ends the process as shutdown-on-sigterm and -sigint say, unless its data cannot be saved. */
  private end(server: Server, signal: (typeof ENDING_SIGNALS)[number]): void {
    const { log, settings } = this;
    if (server.persistence.isLoading) {
      log.write('warning', 'Received shutdown signal during loading, exiting now.');
      return this.exit(0);
    }
    log.write('warning', `Received ${signal} scheduling shutdown...`);
    server.scheduledEnd.schedule(new Set(settings.words(`shutdown-on-${signal.toLowerCase()}`)));
    server.alarm.wakeIn(0);
  }

  private writePidFile(): void {
    const path = this.settings.text('pidfile');
    if (path === '') return;
    try {
      writeFileSync(pathBytes(path), `${process.pid}\n`);
      this.pidFile = absolutePath(path);
    } catch (error) {
      this.log.write('warning', `Failed to write PID file: ${errorWords(error)}`);
    }
  }

  private removePidFile(): void {
    if (this.pidFile === '') return;
    this.log.write('notice', 'Removing the pid file.');
    removeFile(this.pidFile);
  }
}
