// What clients take: a running sum, to which whoever changes the size of what a client has adds the
// difference, so that nobody ever asks all clients.
//
// Invariant: `size` is the sum, over all sessions, of the buffers as they were counted last, of the
// queue between MULTI and EXEC, of what is watched, and of names. The buffers of the session whose
// requests are running are counted when they have run; pushes that wait are counted in pushes.ts.
import { ZERO } from '../domain/doubles.ts';

export class ClientMemory {
  size = ZERO;
}
