// Faults on purpose, for tests of those who talk to the server: by rules, requests of clients are
// refused with an error line, answered late, or not at all.
//
// While there are rules, NEEDS_NO_FAULTS is denied: each request is looked at before the gate. It
// is the first rule that it falls under, and that has not passed it over, which decides. What a
// script calls, and what EXEC runs, are no requests; a program's own calls meet no fault.
//
// A request that is to be late is POSTPONED; when it comes again it is not looked at any more.
import { equalBytes } from '../domain/bytes/compare.ts';
import { globMatch } from '../domain/bytes/glob.ts';
import type { Command, ServerView } from './command.ts';
import { KeyPositions } from './declaration/key-positions.ts';
import { OPEN } from './gate.ts';
import { NEEDS_NO_FAULTS } from './needs.ts';
import { POSTPONED, RAN } from './outcome.ts';
import type { Timer } from './ports.ts';
import { refuse } from './refuse.ts';
import type { Request } from './request.ts';
import type { Session } from './session.ts';

/** What happens to a request: one of the three. */
export type FaultEffect =
  | { readonly error: string }
  | { readonly delayMs: number }
  /** The connection ends before the request runs, or after it, unanswered. */
  | { readonly drop: 'before' | 'after' };

export interface FaultRule {
  /** Full names: `get`, `client|id`. Of a container, all of its subcommands. Null: any. */
  readonly command: string | null;
  /** A pattern, one of the request's keys. Null: any, or none. */
  readonly key: Uint8Array | null;
  /** What the client calls itself, or its id. Null: any. */
  readonly client: Uint8Array | number | null;
  /** So many requests that fall under it are passed over first; then so many meet it. */
  readonly after: number;
  readonly times: number;
  /** How likely the others meet it: 1 is surely. */
  readonly chance: number;
  readonly effect: FaultEffect;
}

/** The server, whose requests are looked at while NEEDS_NO_FAULTS is denied. */
type FaultyServer = ServerView & { denied: number };

/** A rule, and how many requests it has passed over and met. */
interface Rule {
  readonly rule: FaultRule;
  passed: number;
  met: number;
}

export class Faults {
  private readonly server: FaultyServer;
  private rules: Rule[] = [];
  private readonly keys = new KeyPositions();
  /** Those whose request is late, with what ends that; null when it is about to run. */
  private readonly late = new Map<Session, Timer | null>();
  /** Whose request runs for the last time. */
  private dropped: Session | null = null;

  constructor(server: FaultyServer) {
    this.server = server;
  }

  add(rule: FaultRule): void {
    this.rules.push({ rule, passed: 0, met: 0 });
    this.server.denied |= NEEDS_NO_FAULTS;
  }

  /** Forgets all rules; requests that are late go on. */
  clear(): void {
    this.rules = [];
    this.server.denied &= ~NEEDS_NO_FAULTS;
    for (const [session, timer] of [...this.late]) {
      timer?.cancel();
      if (timer === null) this.late.delete(session);
      else this.postpone(session, 0);
    }
  }

  /** What becomes of a request: OPEN, where it goes on as if nothing were, or an outcome. */
  meet(session: Session, command: Command, request: Request): number {
    if (this.late.get(session) === null) {
      this.late.delete(session);
      return OPEN;
    }
    if (session.origin.isProgram === true) return OPEN;
    const met = this.rules.find((rule) => this.meets(rule, session, command, request));
    if (met === undefined) return OPEN;
    const { effect } = met.rule;
    if ('delayMs' in effect) {
      session.isPostponed = true;
      this.postpone(session, effect.delayMs);
      return POSTPONED;
    }
    if ('error' in effect) {
      refuse(this.server, session, command, request, effect.error);
      return RAN;
    }
    this.dropped = session;
    return effect.drop === 'after' ? OPEN : RAN;
  }

  /** A request has run, or not: its connection ends if it was to be dropped. */
  leave(session: Session): void {
    if (this.dropped !== session) return;
    this.dropped = null;
    session.isClosing = true;
    session.output.destroy();
  }

  private postpone(session: Session, delayMs: number): void {
    const goOn = (): void => this.goOn(session);
    this.late.set(session, this.server.clock.scheduleElapsed(delayMs, goOn));
  }

  private goOn(session: Session): void {
    this.late.delete(session);
    if (!this.server.sessions.has(session.id)) return;
    session.isPostponed = false;
    if (this.rules.length > 0) this.late.set(session, null);
    session.output.resume();
  }

  private meets(of: Rule, session: Session, command: Command, request: Request): boolean {
    const { rule } = of;
    if (of.met >= rule.times || !this.fallsUnder(rule, session, command, request)) return false;
    if (of.passed < rule.after) {
      of.passed++;
      return false;
    }
    if (rule.chance < 1 && this.server.random.next() >= rule.chance * 2 ** 32) return false;
    of.met++;
    return true;
  }

  private fallsUnder(
    { command: name, key, client }: FaultRule,
    session: Session,
    command: Command,
    request: Request,
  ): boolean {
    const { fullName } = command;
    if (name !== null && fullName !== name && !fullName.startsWith(`${name}|`)) return false;
    if (client !== null && !isClient(session, client)) return false;
    return key === null || this.hasKey(command, request, key);
  }

  private hasKey(command: Command, request: Request, pattern: Uint8Array): boolean {
    const { keys } = this;
    const { buffer, starts, ends } = request;
    command.keysOf(request, keys);
    for (let i = 0; i < keys.count; i++) {
      const argument = keys.indexes[i];
      const [start, end] = [starts[argument], ends[argument]];
      if (globMatch(pattern, 0, pattern.length, buffer, start, end, false)) return true;
    }
    return false;
  }
}

function isClient({ id, labels }: Session, client: Uint8Array | number): boolean {
  if (typeof client === 'number') return id === client;
  const { name } = labels;
  return equalBytes(name, 0, name.length, client, 0, client.length);
}
