// The requests that a server gets, in the order in which it runs them, as MONITOR tells of them.
// What scripts call is left out: it is theirs.
import { RawClient } from './raw-client.ts';

/** A line: time, database and address; arguments in quotes. */
const LINE = /^\+\d+\.\d+ \[\d+ (lua|\S+)\] (.*)\r\n$/s;
const ARGUMENT = /"((?:[^"\\]|\\.)*)"/g;
const ESCAPE = /\\(x[0-9a-f]{2}|.)/g;
const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
};

export class Monitor {
  private readonly client: RawClient;
  private readonly closer: RawClient;

  private constructor(client: RawClient, closer: RawClient) {
    this.client = client;
    this.closer = closer;
  }

  static async start(port: number): Promise<Monitor> {
    const client = await RawClient.connect(port);
    await client.command('MONITOR');
    return new Monitor(client, await RawClient.connect(port));
  }

  /** Ends it. Returns the arguments of each request since it began, latin1. */
  async stop(): Promise<string[][]> {
    const mark = 'the end of what is monitored';
    const lines = this.client.untilReply(mark);
    await this.closer.command('ECHO', mark);
    const requests = requestsOf((await lines).toString('latin1'));
    this.client.close();
    this.closer.close();
    return requests.slice(0, -1);
  }
}

function requestsOf(text: string): string[][] {
  const requests: string[][] = [];
  for (const line of text.split(/(?<=\r\n)/)) {
    const [, source, args] = LINE.exec(line) ?? [];
    if (args === undefined) throw new Error(`no line of MONITOR: ${line}`);
    if (source === 'lua') continue;
    requests.push([...args.matchAll(ARGUMENT)].map(([, argument]) => plain(argument)));
  }
  return requests;
}

function plain(argument: string): string {
  return argument.replace(ESCAPE, (_, code: string) =>
    code.length === 3
      ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
      : (LETTERS[code] ?? code),
  );
}
