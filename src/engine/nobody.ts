// What the session has that runs what no client asks for: it comes from nowhere, and nobody hears
// it.
import type { Output } from './ports.ts';
import type { SessionOrigin } from './session.ts';

export const NO_ORIGIN: SessionOrigin = {
  address: '',
  localAddress: '',
  isUnixSocket: false,
  isLocal: true,
  descriptor: -1,
};

export const NO_OUTPUT: Output = {
  push: () => {},
  lookAhead: () => 0,
  pendingSize: 0,
  queryUsedSize: 0,
  queryBufferSize: 0,
  argumentsSize: 0,
  answer: () => {},
  hold: () => {},
  release: () => {},
  argumentsRoom: 0,
  closeAfterReply: () => {},
  destroy: () => {},
  resume: () => {},
  tick: () => {},
};
