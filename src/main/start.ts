// What the command `redstart` runs. In dist/ the server is a file of its own: what is in this one
// is compiled before there is a cache to take it from.
import '../infrastructure/signals.ts';
import './prepare.ts';
import './server.ts';
