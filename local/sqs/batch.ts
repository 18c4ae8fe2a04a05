import { reject } from './errors.ts';
import { MAX_BATCH } from './message-groups.ts';
import type { Refusal } from './queue-types.ts';

interface Entry {
  readonly Id: string;
}

/** Runs the entries of a batch in order, each for itself; a batch that is none fails as a whole. */
export function runBatch<Request extends Entry, Done extends { readonly ok: true }>(
  entries: readonly Request[],
  run: (entry: Request) => Done | Refusal,
) {
  checkEntries(entries);
  const done: { readonly Id: string; readonly result: Done }[] = [];
  const Failed = [];
  for (const entry of entries) {
    const result = run(entry);
    if (result.ok) done.push({ Id: entry.Id, result });
    else {
      const { code, message } = result;
      Failed.push({ Id: entry.Id, Code: code, Message: message, SenderFault: true });
    }
  }
  return { done, Failed };
}

function checkEntries(entries: readonly Entry[]): void {
  if (entries.length === 0) {
    reject('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAX_BATCH) {
    reject(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_BATCH}. You have sent ${entries.length}.`,
    );
  }
  const bad = entries.find(({ Id }) => !/^[\w-]{1,80}$/.test(Id));
  if (bad !== undefined) {
    reject(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const ids = entries.map(({ Id }) => Id);
  const repeated = ids.find((id, at) => ids.indexOf(id) !== at);
  if (repeated !== undefined) reject('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
}
