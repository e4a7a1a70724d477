// The errors of a server that a program embeds.

/** EADDRINUSE and other codes of the system; what options, data and a closed server cause. */
export type RedstartErrorCode = 'ERR_BAD_OPTION' | 'ERR_CLOSED' | 'ERR_DATA' | (string & {});

/** What is known of data that cannot be loaded. */
interface DataProblem {
  /** The path of the file, or of the directory that another server has; '' if it is not known. */
  readonly file: string;
  /** Where that begins in it which cannot be read; null where it is no matter of a place. */
  readonly offset: number | null;
  /** What to do; '' where nothing is to be said. */
  readonly advice: string;
}

/** Why there is no server, or what it could not do. */
export class RedstartError extends Error {
  override readonly name = 'RedstartError';
  readonly code: RedstartErrorCode;
  /** Of ERR_DATA, when data cannot be loaded: see DataProblem. */
  readonly file?: string;
  readonly offset?: number | null;
  readonly advice?: string;

  constructor(code: RedstartErrorCode, message: string, data?: DataProblem) {
    super(message);
    this.code = code;
    if (data !== undefined) Object.assign(this, data);
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
