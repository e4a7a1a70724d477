// What COMMAND DOCS says of the list commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const LIST_DOCUMENTATION: Documentations = () => ({
  BLMOVE: {
    summary:
      'Pops an element from a list, pushes it to another list and returns it. Blocks until an ' +
      'element is available otherwise. Deletes the list if the last element was moved.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  BLMPOP: {
    summary:
      'Pops the first element from one of multiple lists. Blocks until an element is available ' +
      'otherwise. Deletes the list if the last element was popped.',
    since: '7.0.0',
    complexity:
      'O(N+M) where N is the number of provided keys and M is the number of elements returned.',
  },
  BLPOP: {
    summary:
      'Removes and returns the first element in a list. Blocks until an element is available ' +
      'otherwise. Deletes the list if the last element was popped.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of provided keys.',
    history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
  },
  BRPOP: {
    summary:
      'Removes and returns the last element in a list. Blocks until an element is available ' +
      'otherwise. Deletes the list if the last element was popped.',
    since: '2.0.0',
    complexity: 'O(N) where N is the number of provided keys.',
    history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
  },
  BRPOPLPUSH: {
    summary:
      'Pops an element from a list, pushes it to another list and returns it. Block until an ' +
      'element is available otherwise. Deletes the list if the last element was popped.',
    since: '2.2.0',
    complexity: 'O(1)',
    history: [['6.0.0', '`timeout` is interpreted as a double instead of an integer.']],
    deprecatedSince: '6.2.0',
    replacedBy: '`BLMOVE` with the `RIGHT` and `LEFT` arguments',
  },
  LINDEX: {
    summary: 'Returns an element from a list by its index.',
    since: '1.0.0',
    complexity:
      'O(N) where N is the number of elements to traverse to get to the element at index. This ' +
      'makes asking for the first or the last element of the list O(1).',
  },
  LINSERT: {
    summary: 'Inserts an element before or after another element in a list.',
    since: '2.2.0',
    complexity:
      'O(N) where N is the number of elements to traverse before seeing the value pivot. This ' +
      'means that inserting somewhere on the left end on the list (head) can be considered O(1) ' +
      'and inserting somewhere on the right end (tail) is O(N).',
  },
  LLEN: {
    summary: 'Returns the length of a list.',
    since: '1.0.0',
    complexity: 'O(1)',
  },
  LMOVE: {
    summary:
      'Returns an element after popping it from one list and pushing it to another. Deletes the ' +
      'list if the last element was moved.',
    since: '6.2.0',
    complexity: 'O(1)',
  },
  LMPOP: {
    summary:
      'Returns multiple elements from a list after removing them. Deletes the list if the last ' +
      'element was popped.',
    since: '7.0.0',
    complexity:
      'O(N+M) where N is the number of provided keys and M is the number of elements returned.',
  },
  LPOP: {
    summary:
      'Returns the first elements in a list after removing it. Deletes the list if the last ' +
      'element was popped.',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of elements returned',
    history: [['6.2.0', 'Added the `count` argument.']],
  },
  LPOS: {
    summary: 'Returns the index of matching elements in a list.',
    since: '6.0.6',
    complexity:
      'O(N) where N is the number of elements in the list, for the average case. When searching ' +
      'for elements near the head or the tail of the list, or when the MAXLEN option is ' +
      'provided, the command may run in constant time.',
  },
  LPUSH: {
    summary: "Prepends one or more elements to a list. Creates the key if it doesn't exist.",
    since: '1.0.0',
    complexity:
      'O(1) for each element added, so O(N) to add N elements when the command is called with ' +
      'multiple arguments.',
    history: [['2.4.0', 'Accepts multiple `element` arguments.']],
  },
  LPUSHX: {
    summary: 'Prepends one or more elements to a list only when the list exists.',
    since: '2.2.0',
    complexity:
      'O(1) for each element added, so O(N) to add N elements when the command is called with ' +
      'multiple arguments.',
    history: [['4.0.0', 'Accepts multiple `element` arguments.']],
  },
  LRANGE: {
    summary: 'Returns a range of elements from a list.',
    since: '1.0.0',
    complexity:
      'O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest ' +
      'end (HEAD or TAIL) for large lists; and N is the number of elements in the specified ' +
      'range.',
  },
  LREM: {
    summary: 'Removes elements from a list. Deletes the list if the last element was removed.',
    since: '1.0.0',
    complexity: 'O(N+M) where N is the length of the list and M is the number of elements removed.',
  },
  LSET: {
    summary: 'Sets the value of an element in a list by its index.',
    since: '1.0.0',
    complexity:
      'O(N) where N is the length of the list. Setting either the first or the last element of ' +
      'the list is O(1).',
  },
  LTRIM: {
    summary:
      'Removes elements from both ends a list. Deletes the list if all elements were trimmed.',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of elements to be removed by the operation.',
  },
  RPOP: {
    summary:
      'Returns and removes the last elements of a list. Deletes the list if the last element was ' +
      'popped.',
    since: '1.0.0',
    complexity: 'O(N) where N is the number of elements returned',
    history: [['6.2.0', 'Added the `count` argument.']],
  },
  RPOPLPUSH: {
    summary:
      'Returns the last element of a list after removing and pushing it to another list. Deletes ' +
      'the list if the last element was popped.',
    since: '1.2.0',
    complexity: 'O(1)',
    deprecatedSince: '6.2.0',
    replacedBy: '`LMOVE` with the `RIGHT` and `LEFT` arguments',
  },
  RPUSH: {
    summary: "Appends one or more elements to a list. Creates the key if it doesn't exist.",
    since: '1.0.0',
    complexity:
      'O(1) for each element added, so O(N) to add N elements when the command is called with ' +
      'multiple arguments.',
    history: [['2.4.0', 'Accepts multiple `element` arguments.']],
  },
  RPUSHX: {
    summary: 'Appends an element to a list only when the list exists.',
    since: '2.2.0',
    complexity:
      'O(1) for each element added, so O(N) to add N elements when the command is called with ' +
      'multiple arguments.',
    history: [['4.0.0', 'Accepts multiple `element` arguments.']],
  },
});
