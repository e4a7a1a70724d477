// The group `transactions`: the lists of its files, with their documentation.
import type { CommandDeclaration } from '../../engine/command.ts';
import { documented } from '../../engine/declaration/documentation.ts';
import { TRANSACTIONS_DOCUMENTATION } from './documentation.ts';
import { TRANSACTION_COMMANDS } from './transactions.ts';

export const TRANSACTIONS_GROUP: readonly CommandDeclaration[] = documented(
  'transactions',
  TRANSACTION_COMMANDS,
  TRANSACTIONS_DOCUMENTATION,
);
