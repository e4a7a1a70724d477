// Waiting, for programs that have nothing else to do meanwhile: unlike a timer of the clock, it
// keeps the process alive.

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
