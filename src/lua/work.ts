// What compiling costs: tokens read and nodes written are counted, and paid for a few at a time.

/** Tokens and nodes between two payments. */
const PER_PAYMENT = 128;

/** Pays for so many tokens or nodes. Throws to end the compilation. */
export type Pay = (count: number) => void;

export class Work {
  private left = PER_PAYMENT;
  private readonly pay: Pay;

  constructor(pay: Pay) {
    this.pay = pay;
  }

  /** A token was read, or a node is written. */
  step(): void {
    if (--this.left > 0) return;
    this.left = PER_PAYMENT;
    this.pay(PER_PAYMENT);
  }
}

/** Of what a host compiles, which no script waits for. */
export const NO_PAY: Pay = () => {};
