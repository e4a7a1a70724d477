// The errors of a server that a program embeds.

/** EADDRINUSE and other codes of the system; what options, data and a closed server cause. */
export type RedstartErrorCode = 'ERR_BAD_OPTION' | 'ERR_CLOSED' | 'ERR_DATA' | (string & {});

/** Why there is no server, or what it could not do. */
export class RedstartError extends Error {
  override readonly name = 'RedstartError';
  readonly code: RedstartErrorCode;

  constructor(code: RedstartErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The error that a command answered. The message is its line: `WRONGTYPE Operation ...`. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
  /** Its first word. */
  readonly code: string;

  constructor(line: string) {
    super(line);
    this.code = line.split(' ', 1)[0];
  }
}
