// A session: what the server knows of one connection. The state of the protocol's bytes is the
// adapter's.
import { ZERO } from '../domain/doubles.ts';
import type { ClientMemory } from './client-memory.ts';
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
import { type Request, untilNul, wordText } from './request.ts';
import type { TrackingState } from './tracking/state.ts';
import type { Transaction } from './transaction.ts';
import type { Watch } from './watcher.ts';

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
  /** Calls of the program itself that embeds the server, and of no client. */
  isProgram?: boolean;
  /** The number that CLIENT LIST prints as fd. */
  descriptor: number;
}

/** What is remembered of a command that ran. */
interface SeenCommand {
  readonly fullName: string;
  isSensitive(request: Request, argument: number): boolean;
}

/** What a client can call itself and its library: the fields of CLIENT LIST. */
export type Label = 'name' | 'lib-name' | 'lib-ver';

const NO_BYTES = new Uint8Array(0);

export class Session {
  // What each message to a thousand subscribers looks at stands first, close together.
  readonly output: Output;
  /** What was pushed and has not left yet: see pushes.ts. */
  pushes: PushSequence | null = null;
  /** Speaks RESP3, and not RESP2: see `protocol`. */
  speaksResp3 = false;
  /** The connection ends after the reply to the running command. */
  isClosing = false;
  /** The group of the journal that its replies wait for: see journal/held-replies.ts. */
  awaitedGroup = 0;
  readonly id: number;
  readonly origin: SessionOrigin;
  /** When it began, in the time that elapses, as all that follows. */
  readonly createdUs: number;
  databaseIndex = 0;
  /** NEEDS_* bits of what this session may not have now: see gate.ts. */
  denied = 0;
  /** What its client calls itself, of any size: changed by setLabel() alone. */
  readonly labels: Record<Label, Uint8Array> = {
    name: NO_BYTES,
    'lib-name': NO_BYTES,
    'lib-ver': NO_BYTES,
  };
  user = 'default';
  /** The command that ran last, or that runs. */
  lastCommand: SeenCommand | null = null;
  lastInteractionUs: number;
  private currentReplyMode = REPLY_ON;
  private currentTransaction: Transaction | null = null;
  private currentSubscriptions: Subscriptions<Session> | null = null;
  watches: Watch[] = [];
  /** Where its memory is counted. */
  private readonly memory: ClientMemory;
  /** What of its buffers is counted there. */
  private countedSize = ZERO;
  private watchesKeptSize = 0;
  private blockedKeptSize = 0;
  private interestsKeptSize = 0;
  /** A watched key changed: EXEC will answer nil. */
  isWatchBroken = false;
  isNoEvict = false;
  /** A request of this session was postponed by CLIENT PAUSE. */
  isPostponed = false;
  /** Its command waits for something: see blocking.ts. */
  isBlocked = false;
  /** How long the blocked command has run so far. */
  blockedUs = ZERO;
  /** Which limits its output has: a class of output-limit.ts. */
  outputClass = NORMAL_CLASS;
  /** When the soft limit of the output buffer was first seen passed; 0 when it is not. */
  softLimitSinceUs = ZERO;
  private trackingState: TrackingState | null = null;

  constructor(
    id: number,
    origin: SessionOrigin,
    output: Output,
    nowUs: number,
    memory: ClientMemory,
  ) {
    this.memory = memory;
    this.id = id;
    this.origin = origin;
    this.output = output;
    this.createdUs = nowUs;
    this.lastInteractionUs = nowUs;
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
    this.memory.add((value?.size ?? 0) - (this.currentTransaction?.size ?? 0));
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

  /** Queues a copy of a request between MULTI and EXEC. */
  queue(transaction: Transaction, request: Request, needs: number): void {
    const { size } = transaction;
    transaction.add(request, needs);
    this.memory.add(transaction.size - size);
  }

  /** Bytes that what it watches takes, about. */
  get watchesSize(): number {
    return this.watchesKeptSize;
  }

  set watchesSize(size: number) {
    this.memory.add(size - this.watchesKeptSize);
    this.watchesKeptSize = size;
  }

  /** Bytes that the blocked command holds: its request, and what it has found so far. */
  get blockedSize(): number {
    return this.blockedKeptSize;
  }

  set blockedSize(size: number) {
    this.memory.add(size - this.blockedKeptSize);
    this.blockedKeptSize = size;
  }

  /** Bytes that what it is subscribed to and tracks takes, about; names are counted elsewhere. */
  get interestsSize(): number {
    return this.interestsKeptSize;
  }

  set interestsSize(size: number) {
    this.memory.add(size - this.interestsKeptSize);
    this.interestsKeptSize = size;
  }

  /** Takes bytes for keeps. */
  setLabel(label: Label, bytes: Uint8Array): void {
    this.memory.add(bytes.length - this.labels[label].length);
    this.labels[label] = bytes;
  }

  /** A label as lists and logs show it: of a long one the beginning. */
  labelText(label: Label): string {
    const bytes = this.labels[label];
    return untilNul(wordText(bytes, 0, bytes.length));
  }

  /** Bytes that the labels take. */
  get labelsSize(): number {
    const { labels } = this;
    return labels.name.length + labels['lib-name'].length + labels['lib-ver'].length;
  }

  /** What its buffers take beyond what is counted: while its requests run. */
  get uncountedSize(): number {
    const { output, countedSize } = this;
    return output.queryBufferSize + output.argumentsRoom + output.pendingSize - countedSize;
  }

  /** Bytes that are counted for it. */
  get memorySize(): number {
    return this.countedSize + this.heldSize;
  }

  /** Of that, what is no buffer. */
  get heldSize(): number {
    const { transaction, watchesSize, blockedSize, interestsSize, labelsSize } = this;
    return (transaction?.size ?? 0) + watchesSize + blockedSize + interestsSize + labelsSize;
  }

  /** Has it any memory for input or output? */
  get hasBuffers(): boolean {
    return this.countedSize > 0;
  }

  /** Its buffers have another size, and none of its requests is running. */
  countBuffers(): void {
    const change = this.uncountedSize;
    this.countedSize += change;
    this.memory.add(change);
  }

  /** It is gone, and its buffers with it. */
  forgetBuffers(): void {
    this.memory.add(-(this.countedSize + this.labelsSize));
    this.countedSize = 0;
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
