// Table constructors as JavaScript.
import type { Expression, TableField } from '../syntax/ast.ts';
import { isOpen } from './nodes.ts';
import type { FunctionScope } from './scope.ts';
import { mark } from './text.ts';

/** Larger constructors are written field by field. */
const RECORD_FIELDS_MAX = 16;

/** What of the ExpressionWriter is needed here. */
interface FieldWriter {
  value(node: Expression): string;
  list(nodes: readonly Expression[]): string;
  spread(node: Expression): string;
  simple(node: Expression): readonly [before: string, name: string];
}

/** `{...}` */
export function tableText(
  writer: FieldWriter,
  scope: FunctionScope,
  fields: readonly TableField[],
): string {
  scope.actions += 1 + fields.length;
  if (fields.length === 0) return 'new LuaTable()';
  const isArray = fields.every((field) => field.key === null);
  const hasPositions = fields.some((field) => field.key === null);
  const values = isArray ? writer.list(fields.map((field) => field.value)) : '';
  if (isArray) return `tableOf([${values}])`;
  const record = recordText(writer, scope, fields);
  if (record !== null) return record;
  // Fields are evaluated in their order, and set in it; positions are set at the end.
  const table = scope.temporary();
  const items = hasPositions ? scope.temporary() : '';
  const named = fields.filter((field) => field.key !== null).length;
  const last = fields[fields.length - 1];
  const elements = fields.length - named - (last.key === null && isOpen(last.value) ? 1 : 0);
  let text = `${table}=tableFor(${named},${elements}),`;
  if (items !== '') text += `${items}=[],`;
  const inUse = scope.temporariesInUse;
  fields.forEach((field, i) => {
    scope.freeTemporaries(inUse);
    if (field.key === null) {
      const isLast = i === fields.length - 1;
      const value = isLast ? writer.spread(field.value) : writer.value(field.value);
      text += `${items}.push(${value}),`;
      return;
    }
    const [beforeKey, key] = writer.simple(field.key);
    const value = writer.value(field.value);
    text += `${beforeKey}${mark(field.line)}rawSet(R,${table},${key},${value}),`;
  });
  if (items !== '') text += `${table}.setElements(${items}),`;
  return `(${text}${table})`;
}

/** A constructor of few fields with constant names, each once: its shape is known. */
function recordText(
  writer: FieldWriter,
  scope: FunctionScope,
  fields: readonly TableField[],
): string | null {
  const keys: string[] = [];
  for (const { key } of fields) {
    if (key?.kind !== 'string' || keys.includes(key.value)) return null;
    keys.push(key.value);
  }
  if (keys.length > RECORD_FIELDS_MAX) return null;
  const inUse = scope.temporariesInUse;
  const values = fields.map(({ value }) => {
    const text = writer.value(value);
    scope.freeTemporaries(inUse);
    return text;
  });
  return `recordOf(${scope.chunk.record(keys)},[${values.join(',')}])`;
}
