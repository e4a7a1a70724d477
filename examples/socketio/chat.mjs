// Two web servers, one chat: what is said to one of them is heard at the other.
import { createServer as createHttpServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { createServer } from 'redstart';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';

const store = await createServer();
const connections = [];

async function startWebServer() {
  const [publisher, subscriber] = [new Redis(store.ioredis), new Redis(store.ioredis)];
  connections.push(publisher, subscriber);
  const http = createHttpServer();
  const server = new Server(http, { adapter: createAdapter(publisher, subscriber) });
  server.on('connection', (socket) => {
    socket.on('say', (words) => server.emit('said', words));
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${http.address().port}` };
}

function enter(address) {
  const client = io(address, { transports: ['websocket'] });
  return new Promise((resolve) => client.on('connect', () => resolve(client)));
}

const web = [await startWebServer(), await startWebServer()];
const [ann, bob] = await Promise.all(web.map(({ address }) => enter(address)));
const heard = new Promise((resolve) => bob.on('said', resolve));
ann.emit('say', 'hello');
console.log(`bob heard ${await heard}`);

for (const client of [ann, bob]) client.disconnect();
for (const { server } of web) await server.close();
// The adapters have just unsubscribed: QUIT comes after the answers.
for (const connection of connections) await connection.quit();
await store.close();
