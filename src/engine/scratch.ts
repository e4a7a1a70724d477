// What handlers work with during one call and then forget: kept per server, so that no call makes
// it anew and two servers of one process share nothing.

/** Options that one command can have: their bits are those of an int. */
const OPTIONS_MAX = 32;
/** No 64-bit integer has a longer text. */
const INTEGER_TEXT_SIZE_MAX = 32;

export class Scratch {
  /** Where the text of a whole number is made. */
  readonly digits = new Uint8Array(INTEGER_TEXT_SIZE_MAX);
  /** By bit number of an option: which argument is its value. See declaration/options.ts. */
  readonly optionValues = new Int32Array(OPTIONS_MAX);
  private readonly objects = new Map<new () => object, object>();

  /** The server's one object of a class: for a visitor that is used again and again. */
  of<T extends object>(type: new () => T): T {
    let object = this.objects.get(type) as T | undefined;
    if (object === undefined) {
      object = new type();
      this.objects.set(type, object);
    }
    return object;
  }

  /** The object of a class is somebody's from here on: the server has another one, when asked. */
  giveAway(type: new () => object): void {
    this.objects.delete(type);
  }
}
