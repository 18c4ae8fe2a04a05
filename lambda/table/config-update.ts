import { ATTRIBUTES as A } from './keys.ts';
import { numberValue, textValue } from './update-expression.ts';
import type { Update } from './writes.ts';

/** Replaces what a row says in its `config`, and nothing else, if its revision is as it was read. */
export function configUpdate(Key: Update['Key'], config: string, revision: number): Update {
  return {
    Key,
    UpdateExpression: 'SET #config = :config, #revision = :next',
    ConditionExpression: '#revision = :before',
    ExpressionAttributeNames: { '#config': A.config, '#revision': A.revision },
    ExpressionAttributeValues: {
      ':config': textValue(config),
      ':before': numberValue(revision),
      ':next': numberValue(revision + 1),
    },
  };
}
