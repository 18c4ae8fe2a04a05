import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { storableTime } from './keys.ts';

/** What one update does to one attribute. */
export interface Assignment {
  readonly attribute: string;
  readonly value: AttributeValue;
  /** Whether it replaces what is there; otherwise the first value stays. */
  readonly replaces: boolean;
}

/** Text as DynamoDB takes it: JSON may hold unpaired surrogates, which UTF-8 cannot. */
export function textValue(text: string): AttributeValue.SMember {
  return { S: text.toWellFormed() };
}

export function numberValue(number: number): AttributeValue.NMember {
  return { N: String(number) };
}

export function timeValue(timeMs: number): AttributeValue.NMember {
  return numberValue(storableTime(timeMs));
}

export function setOnce(attribute: string, value: AttributeValue): Assignment {
  return { attribute, value, replaces: false };
}

export function setAlways(attribute: string, value: AttributeValue): Assignment {
  return { attribute, value, replaces: true };
}

/** Sets texts once, where there are any. */
export function setKnown(texts: Readonly<Record<string, string | undefined>>): Assignment[] {
  return Object.entries(texts).flatMap(([attribute, text]) =>
    text === undefined ? [] : [setOnce(attribute, textValue(text))],
  );
}

type SetExpression = Required<
  Pick<
    UpdateItemCommandInput,
    'UpdateExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
  >
>;

/** The update that makes the assignments. A condition can name the n-th as `#n` and `:n`. */
export function setExpression(assignments: readonly Assignment[]): SetExpression {
  const clauses: string[] = [];
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  for (const [n, { attribute, value, replaces }] of assignments.entries()) {
    clauses.push(replaces ? `#${n} = :${n}` : `#${n} = if_not_exists(#${n}, :${n})`);
    names[`#${n}`] = attribute.toWellFormed();
    values[`:${n}`] = value;
  }
  return {
    UpdateExpression: `SET ${clauses.join(', ')}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
