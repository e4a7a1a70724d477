// The syntax tree of a chunk. Names are resolved: a local is known by its Local object.
// Lines are those that Lua 5.1 would give in errors. So a target's line is where its assignment
// ends, an operation's is where its last operand ends, and an access may have the line of the
// operator or bracket after it: state.ts says why.

/** A local variable or parameter. */
export interface Local {
  readonly name: string;
  /** Is it used by a function inside of the one that declares it? */
  isCaptured: boolean;
  /** Is it ever assigned after its declaration? */
  isAssigned: boolean;
  readonly owner: FunctionBody;
}

export interface FunctionBody {
  readonly parameters: Local[];
  readonly isVararg: boolean;
  /** The old-style table `arg`: of a vararg function in which `...` does not stand. */
  argLocal: Local | null;
  block: Block;
  /** Lua's linedefined: that of `function` or, without a name after it, of `(`. 0 in a chunk. */
  readonly line: number;
  /** The line of its `end`. */
  endLine: number;
  /** What it is called in the source, for a JavaScript name: `name`, `a.b`, or ''. */
  readonly name: string;
  readonly parent: FunctionBody | null;
}

export type Block = readonly Statement[];

export type Statement =
  | {
      readonly kind: 'local';
      readonly line: number;
      readonly locals: readonly Local[];
      readonly values: readonly Expression[];
    }
  | {
      readonly kind: 'assign';
      readonly line: number;
      readonly targets: readonly Target[];
      readonly values: readonly Expression[];
    }
  | { readonly kind: 'call'; readonly line: number; readonly call: CallExpression }
  | { readonly kind: 'do'; readonly line: number; readonly block: Block }
  | {
      readonly kind: 'while';
      readonly line: number;
      readonly condition: Expression;
      readonly block: Block;
    }
  | {
      readonly kind: 'repeat';
      readonly line: number;
      readonly block: Block;
      /** Sees the block's locals. */
      readonly condition: Expression;
    }
  | {
      readonly kind: 'if';
      readonly line: number;
      readonly clauses: readonly { readonly condition: Expression; readonly block: Block }[];
      readonly otherwise: Block | null;
    }
  | {
      readonly kind: 'numeric-for';
      /** Of `do`: there Lua says that a bound is no number. */
      readonly line: number;
      readonly local: Local;
      readonly start: Expression;
      readonly stop: Expression;
      readonly step: Expression | null;
      readonly block: Block;
    }
  | {
      readonly kind: 'generic-for';
      /** Of the first token after `in`: there Lua calls the function. */
      readonly line: number;
      readonly locals: readonly Local[];
      readonly values: readonly Expression[];
      readonly block: Block;
    }
  | {
      readonly kind: 'local-function';
      readonly line: number;
      readonly local: Local;
      readonly body: FunctionBody;
    }
  | { readonly kind: 'return'; readonly line: number; readonly values: readonly Expression[] }
  | { readonly kind: 'break'; readonly line: number };

/** `function a.b:c()` is an assignment of a function whose first parameter is `self`. */
export type Target = LocalExpression | GlobalExpression | IndexExpression;

export interface LocalExpression {
  readonly kind: 'local';
  readonly line: number;
  readonly local: Local;
  /** Is it a local of a function around the one that uses it? */
  readonly isUpvalue: boolean;
}

export interface GlobalExpression {
  readonly kind: 'global';
  readonly line: number;
  readonly name: string;
}

export interface IndexExpression {
  readonly kind: 'index';
  readonly line: number;
  readonly object: Expression;
  readonly key: Expression;
}

export interface CallExpression {
  readonly kind: 'call';
  readonly line: number;
  readonly callee: Expression;
  /** The method's name: the callee is then the object. */
  readonly method: string | null;
  readonly args: readonly Expression[];
}

export type BinaryOperator =
  | 'or'
  | 'and'
  | '<'
  | '>'
  | '<='
  | '>='
  | '~='
  | '=='
  | '..'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^';

export type UnaryOperator = 'not' | '-' | '#';

/** A field of a table constructor: by position where the key is null. */
export interface TableField {
  readonly key: Expression | null;
  readonly value: Expression;
  /** Where the value ends: there Lua says that a key is nil. */
  readonly line: number;
}

export type Expression =
  | { readonly kind: 'nil'; readonly line: number }
  | { readonly kind: 'true'; readonly line: number }
  | { readonly kind: 'false'; readonly line: number }
  | { readonly kind: 'number'; readonly line: number; readonly value: number }
  | { readonly kind: 'string'; readonly line: number; readonly value: string }
  | { readonly kind: 'vararg'; readonly line: number }
  | { readonly kind: 'function'; readonly line: number; readonly body: FunctionBody }
  | LocalExpression
  | GlobalExpression
  | IndexExpression
  | CallExpression
  /** Parentheses, where they matter: around a call or `...`, which then is one value. */
  | { readonly kind: 'parenthesized'; readonly line: number; readonly inner: Expression }
  | {
      readonly kind: 'binary';
      readonly line: number;
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'unary';
      readonly line: number;
      readonly operator: UnaryOperator;
      readonly operand: Expression;
    }
  | { readonly kind: 'table'; readonly line: number; readonly fields: readonly TableField[] };

/** A parsed chunk: its body is a vararg function without a parent. */
export interface Chunk {
  readonly name: string;
  readonly body: FunctionBody;
  /** Every name that is read or assigned as a global anywhere. */
  readonly globals: ReadonlySet<string>;
}
