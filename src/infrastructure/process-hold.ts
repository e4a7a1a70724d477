// What keeps a process alive that has nothing else to wait for: a timer, while somebody holds it.

/** The longest time that a timer takes: all that it does is to be there. */
const PERIOD_MS = 2 ** 31 - 1;

/** Timers that tests replace by their own hold nothing. */
const { setInterval: realInterval, clearInterval: clearRealInterval } = globalThis;

export class ProcessHold {
  private timer: NodeJS.Timeout | null = null;
  private holders = 0;
  private isOn = true;

  hold(): void {
    this.holders++;
    this.follow();
  }

  release(): void {
    this.holders--;
    this.follow();
  }

  /** While it is off, nobody holds the process. */
  switchTo(isOn: boolean): void {
    this.isOn = isOn;
    this.follow();
  }

  private follow(): void {
    const isHeld = this.isOn && this.holders > 0;
    if (isHeld) this.timer ??= realInterval(() => {}, PERIOD_MS);
    if (isHeld || this.timer === null) return;
    clearRealInterval(this.timer);
    this.timer = null;
  }
}
