// What tests see: the types of the package's `redstart/testing`.
import type { RedstartServer, ServerOptions } from '../embed/api.ts';

export interface TestServerOptions extends ServerOptions {}

/** A server for tests. It never keeps the process alive, until `ref()` says so. */
export interface TestServer extends RedstartServer {}
