import { createHash } from 'node:crypto';
import type { MessageAttributes } from './queue-types.ts';

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const named = Object.entries(attributes ?? {});
  if (named.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, attribute] of named.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    const isBinary = attribute.BinaryValue !== undefined;
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add(
      isBinary
        ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
        : Buffer.from(attribute.StringValue ?? ''),
    );
  }
  return hash.digest('hex');
}
