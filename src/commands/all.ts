// All command groups, nothing else.
//
// A folder per group: in each file an entry (or some that are closely related) stands right above
// its handler, and the list that it exports ends it; documentation.ts has the prose, group.ts puts
// them together. A handler is (context, request, reply); what reads arguments is a method of
// Request. Whatever can fail replies with the error itself and answers REFUSED (engine/request.ts),
// or false where there is nothing else to answer: the caller only returns.
import type { CommandDeclaration } from '../engine/command.ts';
import { BITMAP_GROUP } from './bitmap/group.ts';
import { CONNECTION_GROUP } from './connection/group.ts';
import { GENERIC_GROUP } from './generic/group.ts';
import { GEO_GROUP } from './geo/group.ts';
import { HASH_GROUP } from './hash/group.ts';
import { HYPERLOGLOG_GROUP } from './hyperloglog/group.ts';
import { LIST_GROUP } from './list/group.ts';
import { PUBSUB_GROUP } from './pubsub/group.ts';
import { SCRIPTING_GROUP } from './scripting/group.ts';
import { SERVER_GROUP } from './server/group.ts';
import { SET_GROUP } from './set/group.ts';
import { SORTED_SET_GROUP } from './sorted-set/group.ts';
import { STREAM_GROUP } from './stream/group.ts';
import { STRING_GROUP } from './string/group.ts';
import { TRANSACTIONS_GROUP } from './transactions/group.ts';

export const ALL_COMMANDS: readonly CommandDeclaration[] = [
  ...BITMAP_GROUP,
  ...CONNECTION_GROUP,
  ...GENERIC_GROUP,
  ...GEO_GROUP,
  ...HASH_GROUP,
  ...HYPERLOGLOG_GROUP,
  ...LIST_GROUP,
  ...PUBSUB_GROUP,
  ...SCRIPTING_GROUP,
  ...SERVER_GROUP,
  ...SET_GROUP,
  ...SORTED_SET_GROUP,
  ...STREAM_GROUP,
  ...STRING_GROUP,
  ...TRANSACTIONS_GROUP,
];
