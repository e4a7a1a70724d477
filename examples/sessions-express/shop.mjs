// A shop that remembers its visitors, also when it is started anew: their sessions are in the store.
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { createClient } from 'redis';

const client = createClient({ url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' });
await client.connect();

const app = express();
app.use(
  session({
    store: new RedisStore({ client, prefix: 'session:' }),
    secret: process.env.SESSION_SECRET ?? 'for development alone',
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: 30 * 24 * 60 * 60 * 1000 },
  }),
);

app.get('/', (request, response) => {
  request.session.visits = (request.session.visits ?? 0) + 1;
  response.send(`visit ${request.session.visits}`);
});

app.get('/leave', (request, response, next) => {
  request.session.destroy((error) => (error ? next(error) : response.send('goodbye')));
});

const listener = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${listener.address().port}`);
});
