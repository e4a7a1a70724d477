// From replies to values of JavaScript.
import type { ReplyValue } from '../../engine/reply-reader.ts';
import type { BufferReply } from './api.ts';
import { ReplyError } from './errors.ts';

/** How the bytes of a string become a value. */
export type StringMaker = (bytes: Uint8Array) => string | Buffer;

export function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function toValue(reply: ReplyValue, make: StringMaker): BufferReply {
  if (reply === null || typeof reply !== 'object') return reply;
  if (reply instanceof Uint8Array) return make(reply);
  switch (reply.kind) {
    case 'simple':
      return reply.text;
    case 'error':
      return new ReplyError(Buffer.from(reply.text, 'latin1').toString('utf8'));
    case 'bigNumber':
      return BigInt(reply.text);
    case 'double':
      return reply.value;
    case 'verbatim':
      return make(reply.bytes);
    case 'map':
      // Whatever a field is called, it is the object's own.
      return Object.fromEntries(
        reply.pairs.map(([name, value]) => [nameOf(name), toValue(value, make)]),
      );
    default:
      return reply.items.map((item) => toValue(item, make));
  }
}

function nameOf(name: ReplyValue): string {
  return String(toValue(name, asText));
}
