// What tostring() shows of a thing without a text of its own: a number that stands for its address.
const FIRST_ADDRESS = 0x55d000001000;
const ADDRESS_STEP = 0x40;

const addresses = new WeakMap<object, number>();
let nextAddress = FIRST_ADDRESS;

/** `table: 0x55d000001000`: always the same for one thing. */
export function addressText(type: string, thing: object): string {
  let address = addresses.get(thing);
  if (address === undefined) {
    address = nextAddress;
    nextAddress += ADDRESS_STEP;
    addresses.set(thing, address);
  }
  return `${type}: 0x${address.toString(16)}`;
}
