// What the log gets when the server breaks: an error that only a mistake of ours can cause. The
// process ends, since nobody knows what its data is worth; the report says what it was doing.
import { quoteBytes } from '../domain/bytes/split-args.ts';
import type { Output } from '../engine/ports.ts';
import type { Request } from '../engine/request.ts';
import type { Server } from '../engine/server.ts';
import { REDIS_VERSION } from '../engine/version.ts';
import { toLatin1 } from '../infrastructure/files.ts';

const ARGUMENTS_MAX = 32;
const ARGUMENT_SIZE_MAX = 128;
const BYTES_PER_MEBIBYTE = 2 ** 20;

/** The request that runs on the connection of an output. */
export type RequestFinder = (output: Output) => Request | null;

/** Reports an error that nobody caught to the log and ends the process with status 1. */
export function reportCrashes(server: Server, findRequest: RequestFinder): void {
  let isReporting = false;
  const crash = (error: unknown): void => {
    // An error in the report itself must not start another one.
    if (isReporting) process.exit(1);
    isReporting = true;
    if (server.settings.flag('crash-log-enabled')) {
      server.log.write('warning', crashReport(server, findRequest, error));
    } else {
      server.log.write('warning', `Redstart ${server.version} crashed: ${stackOf(error)}`);
    }
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

function crashReport(server: Server, findRequest: RequestFinder, error: unknown): string {
  const heap = server.host.heapSizes();
  return [
    '=== REDSTART BUG REPORT START: Cut & paste starting from here ===',
    `Redstart ${server.version} (Redis ${REDIS_VERSION}) crashed after ` +
      `${server.uptimeSeconds} seconds`,
    `${server.host.operatingSystem}, node ${server.host.runtimeVersion}`,
    `Memory: ${mebibytes(server.usedMemory)} used, ${mebibytes(server.host.residentSize())} ` +
      `resident, ${mebibytes(heap.used)} heap`,
    '',
    '------ STACK TRACE ------',
    stackOf(error),
    '',
    '------ LAST COMMAND ------',
    ...lastCommand(server, findRequest),
    '',
    '=== REDSTART BUG REPORT END ===',
  ].join('\n');
}

/** The command that runs, or that ran last if none does. */
function lastCommand(server: Server, findRequest: RequestFinder): string[] {
  const { session } = server.context;
  const command = session.lastCommand;
  if (command === null) return ['none'];
  const { origin } = session;
  const lines = [
    `command: ${command.fullName}`,
    `client: id=${session.id} addr=${origin.address} laddr=${origin.localAddress} ` +
      `name=${session.labelText('name')} db=${session.databaseIndex} resp=${session.protocol}`,
  ];
  const request = findRequest(session.output);
  if (request === null) return lines;
  for (let i = 0; i < Math.min(request.count, ARGUMENTS_MAX); i++) {
    const isHidden = command.isSensitive(request, i);
    lines.push(`argv[${i}]: ${isHidden ? '(redacted)' : argumentText(request, i)}`);
  }
  if (request.count > ARGUMENTS_MAX) lines.push(`... ${request.count - ARGUMENTS_MAX} more`);
  return lines;
}

/** An argument in quotes, cut where it is long. */
function argumentText(request: Request, argument: number): string {
  const start = request.starts[argument];
  const size = request.ends[argument] - start;
  const text = quoteBytes(request.buffer, start, start + Math.min(size, ARGUMENT_SIZE_MAX));
  return size > ARGUMENT_SIZE_MAX ? `${text}... (${size} bytes)` : text;
}

/** The runtime's own text, as the log takes it. */
function stackOf(error: unknown): string {
  return toLatin1(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function mebibytes(size: number): string {
  return `${(size / BYTES_PER_MEBIBYTE).toFixed(1)}M`;
}
