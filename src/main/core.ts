// All that is published, in one file of dist: the program, and what programs embed.

export { RedstartError, ReplyError } from './embed/errors.ts';
export { createServer } from './embed.ts';
export { runProgram } from './program.ts';
