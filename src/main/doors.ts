// The doors of the server: who listens where, at the start and after CONFIG SET port, bind and the
// like.
//
// A wire language is one line in `languages`: its port's directive and its listeners. Addresses are
// those of `bind`; one that begins with a dash need not exist. The Unix socket speaks the first
// language.
import type { Log } from '../engine/ports.ts';
import type { Settings } from '../engine/settings/settings.ts';
import { endpointKey, type Listeners } from '../infrastructure/network.ts';
import { type Endpoint, type ListenFailure, probeListen } from '../infrastructure/probe.ts';

/** A wire language with its listeners. */
export interface Language {
  /** The directive of its port; 0 is nowhere. */
  readonly port: 'port' | 'plain-port' | 'quoted-port';
  /** What the log calls its transport. */
  readonly transport: string;
  readonly listeners: Listeners;
}

/** Why a door cannot be opened. */
export interface OpenFailure extends ListenFailure {
  /** Which one, if it is an address's. */
  readonly place?: Endpoint;
}

/** An endpoint as `bind` names it. */
interface Door extends Endpoint {
  /** The address as it was written, for the log. */
  readonly written: string;
  /** Written with a dash: that the machine does not have this address is no error. */
  readonly isOptional: boolean;
}

/** The kernel does not know this kind of address: Redis goes on with the others. */
const UNKNOWN_KIND = ['EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT', 'ENOPROTOOPT'];

export class Doors {
  private readonly settings: Settings;
  private readonly log: Log;
  private readonly languages: readonly Language[];
  private isUnixOpen = false;

  constructor(settings: Settings, log: Log, languages: readonly Language[]) {
    this.settings = settings;
    this.log = log;
    this.languages = languages;
  }

  /** Can anybody connect? */
  get isSomewhere(): boolean {
    return (
      this.isUnixOpen || this.languages.some(({ listeners }) => listeners.endpoints.length > 0)
    );
  }

  /**
   * Opens all doors and follows CONFIG SET. Why one cannot be opened, as the log says; or null.
   * `isAnyPort`: the system chooses the port of the first language, which is the setting's then.
   */
  async open(isAnyPort = false): Promise<OpenFailure | null> {
    this.applyKeepAlive();
    for (const language of this.languages) {
      language.listeners.backlog = this.settings.integer('tcp-backlog');
      if (isAnyPort && language === this.languages[0]) {
        const failure = await this.choosePort(language);
        if (failure !== null) return failure;
      }
      const failure = await this.openTcp(language);
      if (failure !== null) return failure;
    }
    const failure = await this.openUnix();
    if (failure === null) this.follow();
    return failure;
  }

  /** Says who may connect now, one line per transport. */
  sayReady(): void {
    const ready = (transport: string) =>
      this.log.write('notice', `Ready to accept connections ${transport}`);
    for (const { listeners, transport } of this.languages) {
      if (listeners.endpoints.length > 0) ready(transport);
    }
    if (this.isUnixOpen) ready('unix');
  }

  /** A process may be started for who connects while something holds the event loop. */
  allowReception(): void {
    for (const { listeners } of this.languages) listeners.mayOpenReception = true;
  }

  /** Serves who is connected while something holds the event loop. */
  readNow(): boolean {
    let hasCome = false;
    for (const { listeners } of this.languages) hasCome = listeners.readNow() || hasCome;
    return hasCome;
  }

  /** Do the doors, and who has come through them, keep the process alive? */
  holdProcess(isHeld: boolean): void {
    for (const { listeners } of this.languages) listeners.holdProcess(isHeld);
  }

  /** Closes all doors and all connections. Resolves when the ports are free. */
  async shutDown(): Promise<void> {
    if (this.isUnixOpen) this.log.write('notice', 'Removing the unix socket file.');
    await Promise.all(this.languages.map(({ listeners }) => listeners.shutDown()));
  }

  private async openTcp(language: Language): Promise<OpenFailure | null> {
    for (const door of this.wanted(language)) {
      const failure = await language.listeners.listen(door);
      if (failure === null) continue;
      this.logFailure(door, failure);
      if (isHarmless(door, failure)) continue;
      const port = this.settings.integer(language.port);
      const { transport } = language;
      this.log.write('warning', `Failed listening on port ${port} (${transport}), aborting.`);
      return { ...failure, place: door };
    }
    return null;
  }

  private async choosePort({ listeners }: Language): Promise<ListenFailure | null> {
    const door = doorOf(this.settings.words('bind')[0] ?? '*', 0);
    const outcome = await listeners.listenAnywhere(door.address);
    if (typeof outcome === 'number') {
      this.settings.load('port', [String(outcome)]);
      return null;
    }
    this.logFailure(door, outcome);
    return outcome;
  }

  private async openUnix(): Promise<ListenFailure | null> {
    const path = this.settings.text('unixsocket');
    if (path === '') return null;
    const { listeners } = this.languages[0];
    const mode = Number.parseInt(this.settings.text('unixsocketperm'), 8);
    const failure = await listeners.listenUnix(path, mode);
    this.isUnixOpen = failure === null;
    if (failure === null) return null;
    // Redis names the step that failed; a path that is too long does not come that far.
    const step = failure.code === 'ENAMETOOLONG' ? '' : 'bind: ';
    this.log.write('warning', `Failed opening Unix socket: ${step}${failure.words}`);
    this.log.write('warning', `Failed listening on ${path} (unix), aborting.`);
    return failure;
  }

  private follow(): void {
    const { settings } = this;
    for (const language of this.languages) {
      settings.onChange(language.port, () =>
        this.moveTo(language) ? null : 'Unable to listen on this port. Check server logs.',
      );
    }
    settings.onChange('bind', () => {
      // No && here: after one failure the others still have to follow.
      const moved = this.languages.map((language) => this.moveTo(language));
      return moved.every(Boolean) ? null : 'Failed to bind to specified addresses.';
    });
    settings.onChange('tcp-keepalive', (): void => this.applyKeepAlive());
  }

  private applyKeepAlive(): void {
    const seconds = this.settings.integer('tcp-keepalive');
    for (const { listeners } of this.languages) listeners.keepAliveSeconds = seconds;
  }

  /**
   * Listens where the settings say, and nowhere else. False if that cannot be: then new doors stay
   * closed. Old ones are closed first, since a new one may be in their way (127.0.0.1 in that of
   * *); they open again when the settings, taken back, are followed once more.
   */
  private moveTo(language: Language): boolean {
    const { listeners } = language;
    const wanted = this.wanted(language);
    const keys = wanted.map(endpointKey);
    for (const key of listeners.endpoints) if (!keys.includes(key)) listeners.close(key);
    const open = listeners.endpoints;
    const missing = wanted.filter((door) => !open.includes(endpointKey(door)));
    const failures = probeListen(missing);
    const free: Door[] = [];
    for (let i = 0; i < missing.length; i++) {
      const failure = failures[i];
      if (failure === null) {
        free.push(missing[i]);
        continue;
      }
      this.logFailure(missing[i], failure);
      if (!isHarmless(missing[i], failure)) return false;
    }
    this.openLater(language, free);
    return true;
  }

  /** Opens doors that are known to be free. All replies wait for it, that to CONFIG SET too. */
  private openLater(language: Language, doors: readonly Door[]): void {
    if (doors.length === 0) return;
    const uncorks = this.languages.map(({ listeners }) => listeners.corkAll());
    const outcomes = doors.map(async (door) => {
      const failure = await language.listeners.listen(door);
      if (failure !== null) this.logFailure(door, failure);
    });
    void Promise.all(outcomes).then(() => {
      for (const uncork of uncorks) uncork();
    });
  }

  private wanted(language: Language): Door[] {
    const port = this.settings.integer(language.port);
    if (port === 0) return [];
    const doors = new Map<string, Door>();
    for (const word of this.settings.words('bind')) {
      const door = doorOf(word, port);
      doors.set(endpointKey(door), door);
    }
    return [...doors.values()];
  }

  private logFailure(door: Door, failure: ListenFailure): void {
    const place = `${door.written}:${door.port}`;
    // Redis names the step that failed; for the name of a host that is not bind.
    const words = failure.code === 'ENOTFOUND' ? failure.words : `bind: ${failure.words}`;
    this.log.write(
      'warning',
      `Warning: Could not create server TCP listening socket ${place}: ${words}`,
    );
  }
}

function doorOf(word: string, port: number): Door {
  const isOptional = word.startsWith('-');
  const written = isOptional ? word.slice(1) : word;
  let address = written;
  if (written === '*') address = '0.0.0.0';
  if (written === '::*') address = '::';
  return { written, address, port, isOptional };
}

function isHarmless(door: Door, failure: ListenFailure): boolean {
  if (UNKNOWN_KIND.includes(failure.code)) return true;
  return door.isOptional && failure.code === 'EADDRNOTAVAIL';
}
