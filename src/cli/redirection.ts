// `-c`: servers of a cluster answer MOVED or ASK where another one has the key; then that one is
// asked.
import type { Client, Redirection } from './client.ts';
import type { Reply } from './reply.ts';

/** `MOVED 3999 127.0.0.1:6381`; null for all other replies. */
export function redirectionOf({ kind, text }: Reply): Redirection | null {
  const parts = kind === 'error' ? /^(MOVED|ASK) (\d+) (.*):(\d+)$/.exec(text) : null;
  if (parts === null) return null;
  const [, word, slot, host, port] = parts;
  return { slot: Number(slot), host, port: Number(port), isOnce: word === 'ASK' };
}

/** Connects to where the command is to go. False if that failed. */
export async function goThere(client: Client, redirection: Redirection): Promise<boolean> {
  const { options, screen } = client;
  if (redirection.host !== '') options.host = redirection.host;
  options.port = redirection.port;
  if (client.isInteractive) {
    const where = `${options.host}:${options.port}`;
    screen.print(`-> Redirected to slot [${redirection.slot}] located at ${where}\n`);
  }
  if (!(await client.connect()) || client.connection === null) return false;
  if (!redirection.isOnce) return true;
  const reply = await client.connection.ask('ASKING');
  if (reply.kind === 'error') screen.complain(`ASKING failed: ${reply.text}`);
  return reply.kind !== 'error';
}
