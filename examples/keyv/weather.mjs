// What is slow to find out is kept for a while; a cache in memory with a limit, in the program.
import KeyvRedis from '@keyv/redis';
import Keyv from 'keyv';
import { createServer } from 'redstart';

const server = await createServer({
  port: 0,
  config: { maxmemory: '50mb', 'maxmemory-policy': 'allkeys-lru' },
});
const cache = new Keyv(new KeyvRedis(server.url), { namespace: 'weather', ttl: 60_000 });

let askedCount = 0;
async function askTheStation(city) {
  askedCount++;
  return { city, degrees: city.length };
}

async function weatherIn(city) {
  const known = await cache.get(city);
  if (known !== undefined) return known;
  const found = await askTheStation(city);
  await cache.set(city, found);
  return found;
}

for (const city of ['Ulm', 'Bern', 'Ulm', 'Ulm']) console.log(await weatherIn(city));
console.log(`asked ${askedCount} times`);
await cache.disconnect();
await server.close();
