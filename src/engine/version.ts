/** The version of Redis that Redstart is compatible with: what clients are told and rely on. */
export const REDIS_VERSION = '7.2.6';
