// What a test may take of the processor, which does not depend on what else the machine does.
import process from 'node:process';

const MICROSECONDS_PER_MS = 1000;

/** Milliseconds of processor time that this process has used: only differences mean something. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS_PER_MS;
}
