// Commands from the standard input, one a line, where nobody types.
import type { Client } from './client.ts';
import { InputLines } from './input-lines.ts';
import { printMessages } from './issue.ts';
import { Talk } from './talk.ts';

export async function runLines(client: Client): Promise<number> {
  await client.connect();
  const talk = new Talk(client);
  const lines = new InputLines(process.stdin);
  for (let line = lines.next(); ; ) {
    const text = await line;
    if (text === null || !(await talk.hear(text))) return 0;
    line = lines.next();
    const { connection } = client;
    if (client.isSubscribed && connection !== null) await printMessages(client, connection, line);
    await client.screen.taken();
  }
}
