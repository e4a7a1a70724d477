// Each visitor may ask three times a minute; what is above that is refused, until its time is over.
import { createServer as createHttpServer } from 'node:http';
import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { createServer } from 'redstart';

const server = await createServer();
const redis = new Redis(server.ioredis);
const limiter = new RateLimiterRedis({
  storeClient: redis,
  keyPrefix: 'limit',
  points: 3,
  duration: 60,
});

const web = createHttpServer(async (request, response) => {
  const visitor = request.headers['x-visitor'] ?? request.socket.remoteAddress;
  try {
    const { remainingPoints } = await limiter.consume(visitor);
    response.end(`welcome, ${remainingPoints} left`);
  } catch (refused) {
    const seconds = Math.ceil(refused.msBeforeNext / 1000);
    response.writeHead(429, { 'retry-after': seconds }).end('too many requests');
  }
});
await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve));

const address = `http://127.0.0.1:${web.address().port}`;
for (const visitor of ['ann', 'ann', 'ann', 'ann', 'bob']) {
  const response = await fetch(address, { headers: { 'x-visitor': visitor } });
  console.log(`${visitor}: ${response.status} ${await response.text()}`);
}

web.closeAllConnections();
web.close();
redis.disconnect();
await server.close();
