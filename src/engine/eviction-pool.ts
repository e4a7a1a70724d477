// The best candidates for eviction that were seen so far, over many samplings: the more are seen,
// the nearer the best of them is to the best of all keys (Redis does the same, and says why in its
// document on eviction).
//
// A candidate is remembered by the hash of its key and its ref. Nobody takes it out when its key is
// deleted or moves: whether the dict holds it still is asked when it is its turn.

/** As many as Redis keeps. */
export const POOL_SIZE = 16;

export class EvictionPool {
  /** Candidates [0, count) in the order of their scores, the best last. */
  count = 0;
  readonly scores = new Float64Array(POOL_SIZE);
  readonly databases = new Int32Array(POOL_SIZE);
  readonly hashes = new Int32Array(POOL_SIZE);
  readonly refs = new Int32Array(POOL_SIZE);

  /** Would a candidate with this score be kept? */
  wants(score: number): boolean {
    return this.count < POOL_SIZE || score > this.scores[0];
  }

  /** Keeps a candidate that wants() has answered for; the worst one gives way to it. */
  add(score: number, database: number, hash: number, ref: number): void {
    if (this.has(database, ref)) return;
    if (this.count === POOL_SIZE) this.remove(0);
    let at = this.count++;
    for (; at > 0 && this.scores[at - 1] > score; at--) this.copy(at - 1, at);
    this.scores[at] = score;
    this.databases[at] = database;
    this.hashes[at] = hash;
    this.refs[at] = ref;
  }

  /** Forgets a candidate. */
  remove(at: number): void {
    this.count--;
    for (let i = at; i < this.count; i++) this.copy(i + 1, i);
  }

  private has(database: number, ref: number): boolean {
    for (let i = 0; i < this.count; i++) {
      if (this.refs[i] === ref && this.databases[i] === database) return true;
    }
    return false;
  }

  private copy(from: number, to: number): void {
    this.scores[to] = this.scores[from];
    this.databases[to] = this.databases[from];
    this.hashes[to] = this.hashes[from];
    this.refs[to] = this.refs[from];
  }
}
