// What is in scope where the parser is: functions around each other, and the locals visible in
// them. A name knows the local that it stands for, so that nothing is searched; the end of a block
// puts back what its locals hid.
import type { FunctionBody, Local } from './ast.ts';
import { type Lexer, Name } from './lexer.ts';
import { LOCALS_MAX, REGISTERS_MAX, UPVALUES_MAX } from './limits.ts';
import { NAME } from './tokens.ts';

/** The tree while it is made. */
export type Mutable<Node> = { -readonly [Key in keyof Node]: Node[Key] };

/** A loop in Lua takes locals that no script can name. */
const HIDDEN = new Name('(for)', NAME);

export class FunctionScope {
  readonly body: Mutable<FunctionBody>;
  readonly parent: FunctionScope | null;
  /** Locals of functions around this one that it uses, or a function in it does. */
  readonly upvalues: Local[] = [];
  /** Locals that were visible where it begins. */
  readonly outerCount: number;
  loopDepth = 0;
  /**
   * Registers that Lua's compiler would have in use, so that it is known where it runs out of
   * them. That it does not know: constants of a function after the 256th take registers, and
   * `a.x, a = ...` takes one to keep the first a.
   */
  registers = 0;

  constructor(body: FunctionBody, parent: FunctionScope | null, outerCount: number) {
    this.body = body;
    this.parent = parent;
    this.outerCount = outerCount;
  }
}

export class Scopes {
  current: FunctionScope;
  private readonly lexer: Lexer;
  /** The names of all visible locals, and what each stood for before. */
  private readonly visible: Name[] = [];
  private readonly hidden: (Local | null)[] = [];

  constructor(lexer: Lexer, main: FunctionBody) {
    this.lexer = lexer;
    this.current = new FunctionScope(main, null, 0);
  }

  openFunction(body: FunctionBody): void {
    this.current = new FunctionScope(body, this.current, this.visible.length);
  }

  closeFunction(parent: FunctionScope): void {
    this.close(this.current.outerCount);
    this.current = parent;
  }

  /** How many locals are visible: what close() needs at the end of a block that begins here. */
  open(): number {
    return this.visible.length;
  }

  close(visibleCount: number): void {
    const { visible, hidden } = this;
    while (visible.length > visibleCount) {
      (visible.pop() as Name).local = hidden.pop() as Local | null;
    }
  }

  /** A local that is not visible yet, `index` others being made along with it. */
  create(name: Name, index: number): Local {
    const { current } = this;
    this.checkLimit(current, this.localsCount() + index + 1, LOCALS_MAX, 'local variables');
    return { name: name.text, isCaptured: false, isAssigned: false, owner: current.body };
  }

  show(name: Name, local: Local): void {
    this.visible.push(name);
    this.hidden.push(name.local);
    name.local = local;
  }

  /** Makes room as for locals that have no names. */
  hide(count: number): void {
    for (let index = 0; index < count; index++) {
      this.visible.push(HIDDEN);
      this.hidden.push(null);
    }
  }

  /** Visible locals of the current function. */
  localsCount(): number {
    return this.visible.length - this.current.outerCount;
  }

  /** A local is used: is it one of a function around the current one? */
  use(local: Local): boolean {
    const { current } = this;
    if (local.owner === current.body) return false;
    local.isCaptured = true;
    this.capture(current, local);
    return true;
  }

  /** Registers at the start of a statement: locals have them, nothing else. */
  releaseRegisters(): void {
    this.current.registers = this.localsCount();
  }

  reserve(count: number): void {
    const { current } = this;
    current.registers += count;
    if (current.registers >= REGISTERS_MAX) {
      this.lexer.fail('function or expression too complex');
    }
  }

  /** Throws when a function has too many of something. */
  checkLimit(scope: FunctionScope, count: number, limit: number, what: string): void {
    if (count <= limit) return;
    const where = scope.parent === null ? 'main function' : `function at line ${scope.body.line}`;
    this.lexer.failAlone(`${where} has more than ${limit} ${what}`);
  }

  /** The functions in between have the upvalue too, and the outermost is first to run out. */
  private capture(scope: FunctionScope, local: Local): void {
    if (scope.upvalues.includes(local)) return;
    const { parent } = scope;
    if (parent !== null && parent.body !== local.owner) this.capture(parent, local);
    this.checkLimit(scope, scope.upvalues.length + 1, UPVALUES_MAX, 'upvalues');
    scope.upvalues.push(local);
  }
}
