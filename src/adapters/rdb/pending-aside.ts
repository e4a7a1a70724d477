// The pending entries of a group while it is not known yet whose they are: IDs that rise, with time
// and count of deliveries. Each is taken once.
import { ZERO } from '../../domain/doubles.ts';
import { StreamId } from '../../domain/values/stream-id.ts';

const ID_WORDS = 4;
const FIRST_ROOM = 16;
/** What was needed for more is not kept for the next group. */
const KEPT_ROOM = 4096;
/** In place of a time: the entry was taken. */
const TAKEN = -1;

export class PendingAside {
  /** Entries that were not taken. */
  left = 0;
  /** What take() has taken. */
  timeMs = ZERO;
  deliveries = ZERO;
  private count = 0;
  private ids = new Int32Array(FIRST_ROOM * ID_WORDS);
  private times = new Float64Array(FIRST_ROOM);
  private counts = new Float64Array(FIRST_ROOM);
  private readonly met = new StreamId();

  clear(): void {
    this.count = 0;
    this.left = 0;
    if (this.times.length > KEPT_ROOM) this.resize(FIRST_ROOM);
  }

  /** Adds an entry behind all others; false when its ID does not rise. */
  add(id: StreamId, timeMs: number, deliveries: number): boolean {
    const { count, met } = this;
    if (count > 0) {
      met.read(this.ids, (count - 1) * ID_WORDS);
      if (id.compare(met) <= 0) return false;
    }
    if (count === this.times.length) this.resize(2 * count);
    id.store(this.ids, count * ID_WORDS);
    this.times[count] = timeMs;
    this.counts[count] = deliveries;
    this.count++;
    this.left++;
    return true;
  }

  /** Takes the entry with this ID; false when there is none, or it was taken. */
  take(id: StreamId): boolean {
    const { met } = this;
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      met.read(this.ids, middle * ID_WORDS);
      const order = id.compare(met);
      if (order === 0) return this.takeAt(middle);
      if (order > 0) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  private takeAt(index: number): boolean {
    this.timeMs = this.times[index];
    this.deliveries = this.counts[index];
    if (this.timeMs === TAKEN) return false;
    this.times[index] = TAKEN;
    this.left--;
    return true;
  }

  private resize(room: number): void {
    const { ids, times, counts, count } = this;
    this.ids = new Int32Array(room * ID_WORDS);
    this.times = new Float64Array(room);
    this.counts = new Float64Array(room);
    this.ids.set(ids.subarray(0, count * ID_WORDS));
    this.times.set(times.subarray(0, count));
    this.counts.set(counts.subarray(0, count));
  }
}
