// What a server says that is asked for something when it is closed, or about to be.
import { RedstartError } from './errors.ts';

export function closed(): RedstartError {
  return new RedstartError('ERR_CLOSED', 'the server is closed');
}
