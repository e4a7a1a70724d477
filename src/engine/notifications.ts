// Keyspace notifications: what happens to keys, published on channels named after the key and after
// the event, as notify-keyspace-events asks for.
import { latin1Bytes } from '../domain/bytes/ascii.ts';
import { joinBytes } from '../domain/bytes/join.ts';
import {
  eventClassBits,
  type KeyspaceEvent,
  PUBLISH_BY_EVENT,
  PUBLISH_BY_KEY,
} from '../domain/keyspace/event-classes.ts';

/** Where notifications go to. The bytes are the publisher's from there on. */
export interface Publisher {
  publish(
    channel: Uint8Array,
    channelStart: number,
    channelEnd: number,
    message: Uint8Array,
    messageStart: number,
    messageEnd: number,
  ): number;
}

export class Notifications {
  private readonly publisher: Publisher;
  /** Bits of the event classes that are published, and where; 0 when nothing is. */
  private classes = 0;

  constructor(publisher: Publisher) {
    this.publisher = publisher;
  }

  /** `letters` are those of notify-keyspace-events, with A taken apart. */
  setClasses(letters: string): void {
    const bits = eventClassBits(letters);
    this.classes = (bits & (PUBLISH_BY_KEY | PUBLISH_BY_EVENT)) === 0 ? 0 : bits;
  }

  /** Is anything published? */
  get isOn(): boolean {
    return this.classes !== 0;
  }

  /** Something happened to the key bytes[start, end) of a database. */
  notify(
    event: KeyspaceEvent,
    databaseIndex: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if ((this.classes & event.class) === 0) return;
    const name = latin1Bytes(event.name);
    const key = bytes.slice(start, end);
    if ((this.classes & PUBLISH_BY_KEY) !== 0) {
      this.publish(joinBytes([latin1Bytes(`__keyspace@${databaseIndex}__:`), key]), name);
    }
    if ((this.classes & PUBLISH_BY_EVENT) !== 0) {
      this.publish(joinBytes([latin1Bytes(`__keyevent@${databaseIndex}__:`), name]), key);
    }
  }

  private publish(channel: Uint8Array, message: Uint8Array): void {
    this.publisher.publish(channel, 0, channel.length, message, 0, message.length);
  }
}
