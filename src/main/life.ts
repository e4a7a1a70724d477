// The life of the process: what it says at its start, its signals, its pid file and its end.
import { writeFileSync } from 'node:fs';
import type { Server } from '../engine/server.ts';
import type { Settings } from '../engine/settings/settings.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { closeUninvitedDebugger } from '../infrastructure/debugger.ts';
import { absolutePath, fromLatin1, pathBytes, removeFile } from '../infrastructure/files.ts';
import type { RedisLog } from '../infrastructure/log.ts';
import { OomScore } from '../infrastructure/oom-score.ts';
import { openFilesMax } from '../infrastructure/open-files.ts';
import { ProcessHold } from '../infrastructure/process-hold.ts';
import { errorWords } from '../infrastructure/system-error.ts';
import { fitClientLimit } from './client-limit.ts';
import type { OpenFailure } from './doors.ts';
import { greeting } from './greeting.ts';
import type { Instance } from './instance.ts';
import type { Refusal } from './journal.ts';
import { notBuilt } from './not-built.ts';
import { reachedBy } from './reach.ts';
import { processTitle } from './title.ts';
import { VERSION } from './version.ts';
import { portTaken } from './who-answers.ts';

/** Those that are ignored are infrastructure/signals.ts. */
const ENDING_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export class Life {
  private readonly settings: Settings;
  private readonly log: RedisLog;
  private instance: Instance | null = null;
  /** The file that was written, as an absolute path; '' if there is none. */
  private pidFile = '';
  /** The absolute path; '' without one. */
  private configFile = '';

  constructor(settings: Settings, log: RedisLog) {
    this.settings = settings;
    this.log = log;
  }

  /** The first lines of the log. Ends the process if the settings ask for what cannot be. */
  begin(configFile: string, warnings: readonly string[]): void {
    this.configFile = configFile;
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

  /** Opens the doors and loads the data, or ends the process. */
  async open(instance: Instance): Promise<void> {
    const { log, settings } = this;
    const { server, doors } = instance;
    doors.allowReception();
    this.instance = instance;
    server.onShutdown = (code) => this.exit(code);
    this.followSignals(server);
    const mode = settings.flag('cluster-enabled') ? 'cluster' : 'standalone';
    const port = settings.integer('port');
    log.write('notice', `Running mode=${mode}, port=${port}. PID: ${process.pid}`);
    const failure = await instance.open();
    if (failure !== null || !doors.isSomewhere) {
      if (failure === null) log.write('warning', 'Configured to not listen anywhere, exiting.');
      else await this.tellTaken(failure);
      void instance.close();
      process.exit(1);
    }
    // It lives until it is told to end, even if it listens nowhere (port 0).
    new ProcessHold().hold();
    this.writePidFile();
    log.write('notice', 'Server initialized');
    const refusal = await instance.load();
    if (refusal !== null) this.refuse(instance, refusal);
    doors.sayReady();
    if (log.isOnTerminal || settings.flag('always-show-logo')) {
      log.show(greeting(settings, this.configFile));
    }
    await closeUninvitedDebugger();
  }

  /** Of a port that somebody else has: who that is, and what one may do. */
  private async tellTaken({ code, place }: OpenFailure): Promise<void> {
    if (code !== 'EADDRINUSE' || place === undefined) return;
    for (const line of await portTaken(reachedBy(place.address), place.port)) {
      this.log.write('warning', line);
    }
  }

  /** Closes everything that is open and ends the process. */
  exit(code: number): void {
    void this.instance?.close();
    this.removePidFile();
    this.log.write('warning', 'Redis is now ready to exit, bye bye...');
    process.exit(code);
  }

  private refuse(instance: Instance, { message, isDump }: Refusal): never {
    // What was wrong stands at the end, too, where people look first.
    const before = 'Terminating server after rdb file reading failure. It was: ';
    if (isDump) this.log.write('warning', before + message);
    void instance.close();
    this.removePidFile();
    // As in Redis, the last line of the log says why.
    const last = isDump ? 'Fatal error loading the DB, check server logs. Exiting.' : message;
    this.log.write('warning', last);
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
    for (const { text, isFatal } of notBuilt(this.settings)) {
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
