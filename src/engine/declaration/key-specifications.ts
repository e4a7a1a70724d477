// Key specifications: where a command's keys are, as COMMAND INFO prints it, derived from its arguments.
import { ACCESS_NAMES, type Argument, RO } from './arguments.ts';

/** Keys from argument `first` to `last` (negative: from the end; relative to `first`), every `step`. */
export interface KeySpecification {
  readonly first: number;
  /** 0 is one key; -1 is up to the end. */
  readonly last: number;
  readonly step: number;
  readonly access: number;
  readonly notes?: string;
}

/** Derives the specifications from the arguments, as long as nothing of variable size comes before. */
export function keySpecificationsOf(
  nameWords: number,
  declared: readonly Argument[],
): KeySpecification[] {
  const specifications: KeySpecification[] = [];
  let position = nameWords;
  for (const argument of declared) {
    if (argument.type === 'key' && argument.token === undefined) {
      const last = argument.multiple ? -1 : 0;
      specifications.push({ first: position, last, step: 1, access: argument.access ?? RO });
    } else if (argument.type === 'block' && argument.multiple) {
      const children = argument.children ?? [];
      const keyIndex = children.findIndex((child) => child.type === 'key');
      if (keyIndex >= 0) {
        const access = children[keyIndex].access ?? RO;
        specifications.push({
          first: position + keyIndex,
          last: -1,
          step: children.length,
          access,
        });
      }
    }
    if (argument.multiple || argument.optional || argument.type === 'oneof') break;
    position += argument.children?.length ?? 1;
    if (argument.token !== undefined && argument.type !== 'pure-token') position++;
  }
  return specifications;
}

/** The flags of a specification, in the order in which Redis prints them. */
export function accessFlagNames(access: number): string[] {
  return ACCESS_NAMES.filter((_, bit) => (access & (1 << bit)) !== 0);
}

/** Argument indexes of the keys of a call with `count` words, in order; none when it is malformed. */
export function keyIndexes(
  specifications: readonly KeySpecification[],
  count: number,
): { index: number; access: number }[] {
  const keys: { index: number; access: number }[] = [];
  for (const { first, last, step, access } of specifications) {
    const end = last >= 0 ? first + last : count + last;
    for (let index = first; index <= end && index < count; index += step)
      keys.push({ index, access });
  }
  return keys;
}
