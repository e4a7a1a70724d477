// The random source of a server under test: the system's, until the test gives a seed.
//
// A server that begins draws its names (run ID, replication ID) from the system: they are nobody
// else's whatever the seed.
import type { Random } from '../../engine/ports.ts';
import { SeededRandom } from '../../engine/seeded-random.ts';
import { SystemRandom } from '../../infrastructure/random.ts';
import { RedstartError } from '../embed/errors.ts';
import type { TestRandom } from './api.ts';

const SEED_MAX = 2 ** 32 - 1;

export class ServerRandom implements Random, TestRandom {
  private readonly system = new SystemRandom();
  private seeded: SeededRandom | null = null;

  next(): number {
    return (this.seeded ?? this.system).next();
  }

  seed(seed: number): void {
    if (!Number.isInteger(seed) || seed < 0 || seed > SEED_MAX) {
      const message = `a seed is a whole number from 0 to ${SEED_MAX}, not ${String(seed)}`;
      throw new RedstartError('ERR_BAD_CALL', message);
    }
    this.seeded = new SeededRandom(seed);
  }

  /** Draws are the system's again. */
  unseed(): void {
    this.seeded = null;
  }

  /** What brings the draws to come back; null: they are the system's. */
  get state(): number | null {
    return this.seeded?.state ?? null;
  }

  set state(state: number | null) {
    this.seeded = state === null ? null : new SeededRandom(state);
  }
}
