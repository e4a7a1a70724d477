// The replies of the HELP subcommands: a header, the lines that a container command keeps beside
// its declaration, and two lines on HELP itself.
import type { Reply } from '../engine/reply.ts';

/** Answers `<command> HELP`; the lines are what stands between header and footer. */
export function replyHelp(reply: Reply, commandName: string, lines: readonly string[]): void {
  const header = `${commandName.toUpperCase()} <subcommand> [<arg> [value] [opt] ...].`;
  reply.array(lines.length + 3);
  reply.simple(`${header} Subcommands are:`);
  for (const line of lines) reply.simple(line);
  reply.simple('HELP');
  reply.simple('    Print this help.');
}
