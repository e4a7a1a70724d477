// Who waits for the journal: sessions whose replies are held until the group of what they wrote, or
// read, lasts.
//
// A write waits for its own group. A read waits for the group of the last write to its keys: `last`
// has it for 4,096 classes of keys, so that a read may wait for a write to another key, but never
// too short. Commands that read without naming keys wait for everything that was appended, and
// those that write without naming any are `floor`, for which every read waits.
//
// Pushes tell of what was written, too: who gets some is held until all that was appended lasts.
//
// Invariant: a session is in `waiting` exactly while its output holds its replies.
import type { Keyspace } from '../../domain/keyspace/keyspace.ts';
import { type Command, READONLY, WRITE } from '../command.ts';
import { KeyPositions } from '../declaration/key-positions.ts';
import type { DiskError } from '../disk.ts';
import type { Clock } from '../ports.ts';
import type { Pushes, PushHolder } from '../pushes.ts';
import type { Request } from '../request.ts';
import type { Session } from '../session.ts';

const CLASSES = 4096;
/** What was released has its turns for so long; then others have theirs. */
const RELEASE_US = 1000;

/** What of the writer is needed here. */
interface Groups {
  readonly group: number;
  readonly lastGroup: number;
  readonly lastingGroup: number;
  /** Why nothing lasts now, or null. */
  readonly problem: DiskError | null;
}

export class HeldReplies implements PushHolder {
  /** Do reads wait, too? */
  readsWait = false;
  private readonly groups: Groups;
  private readonly pushes: Pushes;
  private readonly keyspace: Keyspace;
  private readonly clock: Clock;
  /** Made when somebody's reply depends on a group. */
  private last: Float64Array | null = null;
  private floor = 0;
  private readonly keys = new KeyPositions();
  /** Sessions of the running turn whose replies depend on a group. */
  private noticed: Session[] = [];
  private waiting: Session[] = [];
  /** Those who wait no longer, and whose turn it is. */
  private ready: Session[] = [];
  private isPlanned = false;
  private readonly turnsPlanned = (): void => {
    this.isPlanned = false;
    this.giveTurns();
  };

  constructor(groups: Groups, keyspace: Keyspace, clock: Clock, pushes: Pushes) {
    this.groups = groups;
    this.keyspace = keyspace;
    this.clock = clock;
    this.pushes = pushes;
  }

  /** Sessions that wait. */
  get count(): number {
    return this.waiting.length + this.ready.length;
  }

  /** A command has run for a session, and changed data or not. */
  notice(session: Session, command: Command, request: Request, changed: boolean): void {
    const group = changed ? this.groups.group : 0;
    const awaited = this.readsWait
      ? Math.max(group, this.noticeKeys(command, request, group))
      : group;
    if (awaited <= session.awaitedGroup) return;
    if (session.awaitedGroup === 0) this.noticed.push(session);
    session.awaitedGroup = awaited;
  }

  /** The turn is over, and what it did was appended: who is to wait waits. */
  holdNoticed(): void {
    const { noticed, groups } = this;
    if (noticed.length === 0) return;
    this.noticed = [];
    for (const session of noticed) {
      session.awaitedGroup = Math.min(session.awaitedGroup, groups.lastGroup);
      if (!this.mustWait(session)) {
        session.awaitedGroup = 0;
        continue;
      }
      if (groups.problem !== null) {
        close(session);
        continue;
      }
      this.waiting.push(session);
      session.output.hold();
    }
  }

  holdPushed(session: Session): void {
    const { lastGroup, lastingGroup, problem } = this.groups;
    if (lastGroup <= lastingGroup || problem !== null) return;
    session.awaitedGroup = lastGroup;
    this.waiting.push(session);
    session.output.hold();
  }

  /**
   * Lets those go on whose groups last, at a turn of their own: this may be in the midst of one, as
   * when CONFIG SET makes them last.
   */
  release(): void {
    const waiting: Session[] = [];
    for (const session of this.waiting) {
      if (this.mustWait(session)) waiting.push(session);
      else this.ready.push(session);
    }
    this.waiting = waiting;
    this.planTurns();
  }

  /** Gives those their turns who wait no longer. It must be nobody's turn. */
  giveTurns(): void {
    const { ready } = this;
    this.ready = [];
    const endUs = this.clock.monotonicUs() + RELEASE_US;
    let count = 0;
    while (count < ready.length) {
      const session = ready[count++];
      // Its answer may have come meanwhile, from somebody who wrote.
      if (this.mustWait(session)) {
        this.waiting.push(session);
        continue;
      }
      session.awaitedGroup = 0;
      session.output.release();
      this.pushes.released(session);
      if (this.clock.monotonicUs() > endUs) break;
    }
    if (count < ready.length) this.ready = [...ready.slice(count), ...this.ready];
    this.planTurns();
  }

  /** Would the reply to a command tell of what may not last? */
  tellsOfUnsure(command: Command, request: Request): boolean {
    return this.readsWait && this.noticeKeys(command, request, 0) !== 0;
  }

  /** Nobody knows whether what they wait for will last. */
  closeAll(): void {
    const { waiting } = this;
    this.waiting = [];
    waiting.forEach(close);
    this.pushes.closeWaiting();
  }

  /** Notes that the keys of a command were written in `group`, or returns what they wait for. */
  private noticeKeys(command: Command, request: Request, group: number): number {
    if ((command.flags & (READONLY | WRITE)) === 0) return 0;
    const { keys, groups } = this;
    this.last ??= new Float64Array(CLASSES);
    const { last } = this;
    command.keysOf(request, keys);
    const hasAll = keys.count > 0 && !command.usesOtherKeys;
    if (!hasAll && group !== 0) this.floor = group;
    let awaited = hasAll ? this.floor : groups.lastGroup;
    const { buffer, starts, ends } = request;
    for (let i = 0; i < keys.count; i++) {
      const argument = keys.indexes[i];
      const hash = this.keyspace.keys.hash(buffer, starts[argument], ends[argument]);
      const at = hash & (CLASSES - 1);
      awaited = Math.max(awaited, last[at]);
      if (group !== 0) last[at] = group;
    }
    return awaited > groups.lastingGroup ? awaited : 0;
  }

  /** What had no effect is not waited for. */
  private mustWait({ awaitedGroup }: Session): boolean {
    const { lastGroup, lastingGroup } = this.groups;
    return Math.min(awaitedGroup, lastGroup) > lastingGroup;
  }

  private planTurns(): void {
    if (this.ready.length === 0 || this.isPlanned) return;
    this.isPlanned = true;
    this.clock.schedule(0, this.turnsPlanned);
  }
}

/** Whether what it waits for will last nobody knows, so there is nothing to answer. */
function close(session: Session): void {
  session.awaitedGroup = 0;
  session.output.destroy();
}
