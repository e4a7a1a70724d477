// HELP, the subcommand of all containers: a header, the lines that a container keeps beside its
// declaration, and two lines on HELP itself.
import { type CommandEntry, LOADING, STALE } from '../engine/command.ts';
import type { Reply } from '../engine/reply.ts';

/** The entry of `<command> HELP`; the lines are what stands between header and footer. */
export function helpEntry(
  commandName: string,
  lines: () => readonly string[],
  more: Partial<CommandEntry> = {},
): CommandEntry {
  return {
    name: 'HELP',
    flags: LOADING | STALE,
    args: [],
    run: (_context, _request, reply) => replyHelp(reply, commandName, lines()),
    ...more,
  };
}

/** Answers `<command> HELP`. */
export function replyHelp(reply: Reply, commandName: string, lines: readonly string[]): void {
  const header = `${commandName} <subcommand> [<arg> [value] [opt] ...].`;
  reply.array(lines.length + 3);
  reply.simple(`${header} Subcommands are:`);
  for (const line of lines) reply.simple(line);
  reply.simple('HELP');
  reply.simple('    Print this help.');
}
