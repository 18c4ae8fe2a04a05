import { describe, expect, test } from 'vitest';
import { sdkCall } from '../../../lambda/shared/aws/sdk-call.ts';
import { awsService } from '../../support/aws-service.ts';

const { signal } = new AbortController();

class Ask {
  readonly input: unknown;
  constructor(input: unknown) {
    this.input = input;
  }
}

/** A call by a client that fails so. */
function failing(error: unknown) {
  const client = { send: async (): Promise<object> => Promise.reject(error) };
  return sdkCall(awsService('sqs', 'http://127.0.0.1:9'), client, { Ask }, { attempts: 1 });
}

const answered = (name: string, httpStatusCode: number, message = 'a secret') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

describe('a call by a client of the SDK', () => {
  test('hands its input to the command of the operation, and is its answer', async () => {
    const client = { send: async ({ input }: Ask) => ({ input }) };
    const call = sdkCall<Ask>(awsService('sqs', 'http://a'), client, { Ask }, { attempts: 1 });

    expect(await call('Ask', { a: 1 }, signal)).toEqual({ input: { a: 1 } });
  });

  test('is refused for an operation of which there is no command', async () => {
    await expect(failing(new Error())('Tell', {}, signal)).rejects.toThrow(
      'no command of sqs is named Tell',
    );
  });

  test.each([
    ['by its name, without the service’s words', answered('AccessDenied', 403), /AccessDenied/],
    ['by its status where it has no name', answered('UnknownError', 500), /500/],
    ['as one that cannot be read', answered('SyntaxError', 200), /cannot be read/],
    [
      'as unreached',
      Object.assign(new Error('a secret'), { code: 'ECONNREFUSED' }),
      /ECONNREFUSED/,
    ],
  ])('that fails is told %s', async (_, error, words) => {
    const thrown: unknown = await failing(error)('Ask', {}, signal).catch((one: unknown) => one);

    expect(String(thrown)).toMatch(words);
    expect(String(thrown)).not.toContain('a secret');
  });

  test('that fails by a fault of ours is that fault', async () => {
    const ours = new Error('no such member');

    await expect(failing(ours)('Ask', {}, signal)).rejects.toBe(ours);
    await expect(failing('a word')('Ask', {}, signal)).rejects.toBe('a word');
  });
});
