// All keys of a server with their values, written as lines that two servers can be compared by.
// What is random or the server's own clock is masked: UUIDs, the ids of stream entries, deadlines
// (but not that there is one). Entries of a stream are gathered by their field jobId, in their
// order: whose turn it was among several workers is chance.
import type { Redis } from 'ioredis';

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The lines of database 0, sorted by their keys. */
export async function datasetOf(client: Redis): Promise<string[]> {
  const lines: string[] = [];
  for (const key of await client.keys('*')) {
    const type = await client.type(key);
    const deadline = (await client.pttl(key)) < 0 ? '' : ' (deadline)';
    const value = JSON.stringify(await readValue(client, key, type));
    lines.push(`${key} ${type}${deadline} ${value}`.replace(UUID, '<uuid>'));
  }
  return lines.sort();
}

async function readValue(client: Redis, key: string, type: string): Promise<unknown> {
  switch (type) {
    case 'string':
      return client.get(key);
    case 'hash':
      return Object.entries(await client.hgetall(key)).sort();
    case 'list':
      return client.lrange(key, 0, -1);
    case 'set':
      return (await client.smembers(key)).sort();
    case 'zset':
      return client.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return entriesByJob(await client.xrange(key, '-', '+'));
    default:
      throw new Error(`${key} is a ${type}`);
  }
}

function entriesByJob(entries: readonly [string, string[]][]): unknown[] {
  const jobs = new Map<string, string[]>();
  for (const [, fields] of entries) {
    const job = fields[fields.indexOf('jobId') + 1] ?? '';
    const known = jobs.get(job);
    if (known === undefined) jobs.set(job, [fields.join(' ')]);
    else known.push(fields.join(' '));
  }
  return [...jobs].sort();
}
