// All that is published, in one file of dist: the program, what programs embed, and the test kit.

export { RedstartError, ReplyError } from './embed/errors.ts';
export { createServer } from './embed.ts';
export { runProgram } from './program.ts';
export { createTestServer } from './testing/create.ts';
export { fixtures, nodeTestServer } from './testing/fixtures.ts';
export { setUpJest } from './testing/jest.ts';
