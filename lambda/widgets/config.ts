import * as z from 'zod/mini';
import { configReader, type Read } from '../shared/aws/service.ts';

/** What the construct must set on the function. */
export interface WidgetsEnvironment {
  readonly TABLE_NAME: string;
  /** JSON: URLs of dead-letter queues by the names of the queues that they belong to. */
  readonly DEAD_LETTER_QUEUES: string;
}

const queues = z.record(z.string(), z.url());

export const loadWidgetsConfig = configReader((read: Read<WidgetsEnvironment>, service) => ({
  tableName: read.text('TABLE_NAME'),
  deadLetterQueues: Object.entries(queues.parse(JSON.parse(read.text('DEAD_LETTER_QUEUES')))).map(
    ([queue, url]) => ({ queue, url }),
  ),
  dynamodb: service('dynamodb'),
  sqs: service('sqs'),
}));
