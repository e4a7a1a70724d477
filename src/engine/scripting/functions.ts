// Functions: what FUNCTION does with libraries, and what lasts of them. The language is made when
// the first library comes.
//
// Invariant: a library is there with all of its functions, or not at all: what fails changes
// nothing.
import type { Request } from '../request.ts';
import type { CompiledScript, FunctionRegistry, LibraryWorld } from './language.ts';
import { Libraries, Library, LibraryFunction } from './libraries.ts';
import { BAD_NAME, headOf, isValidName } from './library-head.ts';

/** To register functions takes no time: what takes longer is in an endless loop. */
const LOADING_MAX_US = 500_000;

/** What FUNCTION RESTORE does with the libraries that are there. */
export const APPEND = 0;
export const REPLACE = 1;
export const FLUSH = 2;

export class Functions {
  private readonly clock: { monotonicUs(): number };
  private readonly makeWorld: () => LibraryWorld;
  private world: LibraryWorld | null = null;
  private libraries = new Libraries();

  constructor(clock: { monotonicUs(): number }, makeWorld: () => LibraryWorld) {
    this.clock = clock;
    this.makeWorld = makeWorld;
  }

  get librariesCount(): number {
    return this.libraries.count;
  }

  get count(): number {
    return this.libraries.functionsCount;
  }

  get size(): number {
    return this.libraries.size;
  }

  /** All libraries. */
  all(): Iterable<Library> {
    return this.libraries.all();
  }

  /** The code of all libraries. */
  codes(): Uint8Array[] {
    return Array.from(this.libraries.all(), ({ code }) => code);
  }

  /** The function whose name an argument is. */
  find({ buffer, starts, ends }: Request, argument: number): LibraryFunction | null {
    return this.libraries.findFunction(buffer, starts[argument], ends[argument]);
  }

  /**
   * Loads a library, whose code is kept, in the place of one of its name if it `replaces` that. A
   * text says why it cannot be. Only what is `trusted` may take its time.
   */
  load(code: Uint8Array, replaces: boolean, isTrusted: boolean): Library | string {
    return this.loadInto(this.libraries, code, replaces, isTrusted);
  }

  /** Loads all libraries, or none: '' or why not. */
  restore(codes: readonly Uint8Array[], policy: number, isTrusted: boolean): string {
    const restored = new Libraries();
    for (const code of codes) {
      const library = this.loadInto(restored, code, false, isTrusted);
      if (typeof library === 'string') return library;
    }
    const joined = new Libraries();
    if (policy !== FLUSH) {
      for (const library of this.libraries.all()) {
        if (restored.find(library.name) === null) joined.add(library);
        else if (policy !== REPLACE) return `Library ${library.name} already exists`;
      }
    }
    for (const library of restored.all()) {
      const collision = joined.collision(library, null);
      if (collision !== null) return `Function ${collision.name} already exists`;
      joined.add(library);
    }
    this.libraries = joined;
    return '';
  }

  /** Deletes the library of this name. Was there one? */
  delete(name: string): boolean {
    const library = this.libraries.find(name);
    if (library === null) return false;
    this.libraries.remove(library);
    return true;
  }

  clear(): void {
    this.libraries.clear();
  }

  private loadInto(
    libraries: Libraries,
    code: Uint8Array,
    replaces: boolean,
    isTrusted: boolean,
  ): Library | string {
    const head = headOf(code);
    if (typeof head === 'string') return head;
    const { name, sourceStart } = head;
    const replaced = libraries.find(name);
    if (replaced !== null && !replaces) return `Library '${name}' already exists`;
    const registered = new Registered(this.clock, isTrusted);
    this.world ??= this.makeWorld();
    const problem = this.world.load(code, sourceStart, code.length, registered);
    if (problem !== '') return problem;
    const { functions } = registered;
    if (functions.length === 0) return 'No functions registered';
    const library = new Library(name, code, functions);
    const collision = libraries.collision(library, replaced);
    if (collision !== null) return `Function ${collision.name} already exists`;
    if (replaced !== null) libraries.remove(replaced);
    libraries.add(library);
    return library;
  }
}

/** What a library registers. */
class Registered implements FunctionRegistry {
  readonly functions: LibraryFunction[] = [];
  private readonly names = new Set<string>();
  private readonly clock: { monotonicUs(): number };
  private readonly endUs: number;

  constructor(clock: { monotonicUs(): number }, isTrusted: boolean) {
    this.clock = clock;
    this.endUs = isTrusted ? Number.POSITIVE_INFINITY : clock.monotonicUs() + LOADING_MAX_US;
  }

  register(
    name: string,
    description: string | null,
    flags: number,
    compiled: CompiledScript,
  ): string {
    if (!isValidName(name)) return BAD_NAME;
    // They are called by their names in any case.
    const known = name.toLowerCase();
    if (this.names.has(known)) return 'Function already exists in the library';
    this.names.add(known);
    this.functions.push(new LibraryFunction(name, description, flags, compiled));
    return '';
  }

  isOverdue(): boolean {
    return this.clock.monotonicUs() > this.endUs;
  }
}
