// A session: what the server knows of one connection. The state of the protocol's bytes is the
// adapter's.
import { ZERO } from '../domain/doubles.ts';
import {
  NEEDS_ANSWER,
  NEEDS_AUTHENTICATION,
  NEEDS_NO_MONITORING,
  NEEDS_NO_SUBSCRIPTION,
  NEEDS_NO_TRACKING,
  NEEDS_NO_TRANSACTION,
  NEEDS_TOUCHING,
} from './needs.ts';
import { NORMAL_CLASS, PUBSUB_CLASS } from './output-limit.ts';
import type { Output } from './ports.ts';
import type { Subscriptions } from './pubsub/subscriptions.ts';
import type { PushSequence } from './push-sequence.ts';
import type { Request } from './request.ts';
import type { TrackingState } from './tracking/state.ts';
import type { Transaction } from './transaction.ts';

export const REPLY_ON = 0;
export const REPLY_OFF = 1;
/** The next command is not answered; REPLY_SKIPPING while that one runs. */
export const REPLY_SKIP_NEXT = 2;
export const REPLY_SKIPPING = 3;

/** Where a connection comes from and what it may expect. */
export interface SessionOrigin {
  /** `127.0.0.1:50312`, or `/path/of/socket:0`. */
  address: string;
  localAddress: string;
  isUnixSocket: boolean;
  /** From this machine: by loopback or a Unix socket. */
  isLocal: boolean;
  /** The number that CLIENT LIST prints as fd. */
  descriptor: number;
}

/** What is remembered of a command that ran. */
interface SeenCommand {
  readonly fullName: string;
  isSensitive(request: Request, argument: number): boolean;
}

/** A key that a session watches. */
export interface Watch {
  readonly session: Session;
  readonly databaseIndex: number;
  readonly key: Uint8Array;
  readonly hash: number;
  /** Its deadline had passed already when it was watched: for the session it was not there. */
  wasDue: boolean;
}

export class Session {
  // What each message to a thousand subscribers looks at stands first, close together.
  readonly output: Output;
  /** What was pushed and has not left yet: see pushes.ts. */
  pushes: PushSequence | null = null;
  /** Speaks RESP3, and not RESP2: see `protocol`. */
  speaksResp3 = false;
  /** The connection ends after the reply to the running command. */
  isClosing = false;
  readonly id: number;
  readonly origin: SessionOrigin;
  readonly createdMs: number;
  databaseIndex = 0;
  /** NEEDS_* bits of what this session may not have now: see gate.ts. */
  denied = 0;
  name = '';
  libraryName = '';
  libraryVersion = '';
  user = 'default';
  /** The command that ran last, or that runs. */
  lastCommand: SeenCommand | null = null;
  lastInteractionMs: number;
  private currentReplyMode = REPLY_ON;
  private currentTransaction: Transaction | null = null;
  private currentSubscriptions: Subscriptions<Session> | null = null;
  watches: Watch[] = [];
  /** Bytes that they take, about. */
  watchesSize = 0;
  /** A watched key changed: EXEC will answer nil. */
  isWatchBroken = false;
  isNoEvict = false;
  /** A request of this session was postponed by CLIENT PAUSE. */
  isPostponed = false;
  /** Its command waits for something: see blocking.ts. */
  isBlocked = false;
  /** Bytes that the blocked command holds: its request, and what it has found so far. */
  blockedSize = 0;
  /** How long the blocked command has run so far. */
  blockedUs = ZERO;
  /** Which limits its output has: a class of output-limit.ts. */
  outputClass = NORMAL_CLASS;
  /** When the soft limit of the output buffer was first seen passed, in ms; 0 when it is not. */
  softLimitSinceMs = ZERO;
  private trackingState: TrackingState | null = null;

  constructor(id: number, origin: SessionOrigin, output: Output, nowMs: number) {
    this.id = id;
    this.origin = origin;
    this.output = output;
    this.createdMs = nowMs;
    this.lastInteractionMs = nowMs;
  }

  get isAuthenticated(): boolean {
    return (this.denied & NEEDS_AUTHENTICATION) === 0;
  }

  set isAuthenticated(value: boolean) {
    if (value) this.denied &= ~NEEDS_AUTHENTICATION;
    else this.denied |= NEEDS_AUTHENTICATION;
  }

  get isMonitor(): boolean {
    return (this.denied & NEEDS_NO_MONITORING) !== 0;
  }

  set isMonitor(value: boolean) {
    if (value) this.denied |= NEEDS_NO_MONITORING;
    else this.denied &= ~NEEDS_NO_MONITORING;
  }

  /** Keys that this session uses do not count as used. */
  get isNoTouch(): boolean {
    return (this.denied & NEEDS_TOUCHING) !== 0;
  }

  set isNoTouch(value: boolean) {
    if (value) this.denied |= NEEDS_TOUCHING;
    else this.denied &= ~NEEDS_TOUCHING;
  }

  /** What waits between MULTI and EXEC; null outside. */
  get transaction(): Transaction | null {
    return this.currentTransaction;
  }

  set transaction(value: Transaction | null) {
    this.currentTransaction = value;
    if (value === null) this.denied &= ~NEEDS_NO_TRANSACTION;
    else this.denied |= NEEDS_NO_TRANSACTION;
  }

  /** 2 or 3. */
  get protocol(): number {
    return this.speaksResp3 ? 3 : 2;
  }

  set protocol(value: number) {
    this.speaksResp3 = value === 3;
    this.noticeSubscriptions();
  }

  /** Changed by PubSub alone; null when it is subscribed to nothing. */
  get subscriptions(): Subscriptions<Session> | null {
    return this.currentSubscriptions;
  }

  set subscriptions(value: Subscriptions<Session> | null) {
    this.currentSubscriptions = value;
    this.outputClass = value === null ? NORMAL_CLASS : PUBSUB_CLASS;
    this.noticeSubscriptions();
  }

  /** Subscribed, and speaks RESP2, in which messages can hardly be told from replies. */
  get isInSubscriberMode(): boolean {
    return (this.denied & NEEDS_NO_SUBSCRIPTION) !== 0;
  }

  /** What CLIENT REPLY asked for. */
  get replyMode(): number {
    return this.currentReplyMode;
  }

  set replyMode(value: number) {
    this.currentReplyMode = value;
    if (value === REPLY_ON) this.denied &= ~NEEDS_ANSWER;
    else this.denied |= NEEDS_ANSWER;
  }

  /** What CLIENT TRACKING has set; null while it is off. */
  get tracking(): TrackingState | null {
    return this.trackingState;
  }

  set tracking(state: TrackingState | null) {
    this.trackingState = state;
    if (state === null) this.denied &= ~NEEDS_NO_TRACKING;
    else this.denied |= NEEDS_NO_TRACKING;
  }

  /** Bytes of its buffers. */
  get usedSize(): number {
    const { output, pushes, transaction } = this;
    const waitingSize = (pushes?.size ?? 0) + (transaction?.size ?? 0) + this.blockedSize;
    return output.queryBufferSize + output.pendingSize + waitingSize + this.watchesSize;
  }

  /** Flags as CLIENT LIST prints them. */
  get flagsText(): string {
    let text = '';
    if (this.isMonitor) text += 'O';
    if (this.subscriptions !== null) text += 'P';
    if (this.transaction !== null) text += 'x';
    if (this.isPostponed || this.isBlocked) text += 'b';
    if (this.tracking !== null) text += trackingFlags(this.tracking);
    if (this.isWatchBroken) text += 'd';
    if (this.isClosing) text += 'c';
    if (this.origin.isUnixSocket) text += 'U';
    if (this.isNoEvict) text += 'e';
    if (this.isNoTouch) text += 'T';
    return text === '' ? 'N' : text;
  }

  private noticeSubscriptions(): void {
    const isDenied = this.subscriptions !== null && this.protocol === 2;
    if (isDenied) this.denied |= NEEDS_NO_SUBSCRIPTION;
    else this.denied &= ~NEEDS_NO_SUBSCRIPTION;
  }
}

function trackingFlags(tracking: TrackingState): string {
  const broken = tracking.isRedirectBroken ? 'R' : '';
  return `t${broken}${tracking.isBroadcast ? 'B' : ''}`;
}
