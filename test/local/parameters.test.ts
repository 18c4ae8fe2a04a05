import { describe, expect, onTestFinished, test } from 'vitest';
import { awsJson, SSM } from '../../lambda/shared/aws/json-protocol.ts';
import { jsonProtocol } from '../../local/aws/json-protocol.ts';
import { parameterActions } from '../../local/aws/parameters.ts';
import { faultyServer, listen } from '../../local/loopback-server.ts';
import { authenticator } from '../../local/signature/authenticator.ts';
import { awsService } from '../support/aws-service.ts';

const NAME = '/floodgate/development/channels/1/token';
const { signal } = new AbortController();

async function parameters(secretAccessKey = 'local') {
  const actions = parameterActions({ [NAME]: 'a token' }, { now: () => 1_790_000_000_000 });
  const protocol = jsonProtocol('1.1', actions, authenticator('ssm', Date.now));
  const server = await listen(faultyServer(protocol, () => undefined));
  onTestFinished(() => server.close());
  const service = awsService('ssm', server.url);
  const credentials = { ...service.credentials, secretAccessKey };
  const call = awsJson({ ...service, credentials }, SSM, { attempts: 1, timeoutMs: 3000 });
  return (operation: string, input: object) => call(operation, input, signal);
}

describe('Parameter Store', () => {
  test('reads what is there, and shows a secret only to who asks for plain text', async () => {
    const call = await parameters();
    const read = { Name: NAME, Type: 'SecureString', Version: 1, DataType: 'text' };
    const since = { LastModifiedDate: 1_790_000_000 };

    expect(await call('GetParameter', { Name: NAME, WithDecryption: true })).toEqual({
      Parameter: { ...read, ...since, Value: 'a token' },
    });
    const sealed = JSON.stringify(await call('GetParameter', { Name: NAME }));
    expect(sealed).toContain('sealed');
    expect(sealed).not.toContain('a token');
  });

  test('writes a new one, and over one that is there only where that is meant', async () => {
    const call = await parameters();
    const other = { Name: '/other', Value: 'one', Type: 'String' };

    expect(await call('PutParameter', other)).toEqual({ Version: 1, Tier: 'Standard' });
    await expect(call('PutParameter', other)).rejects.toThrow('ParameterAlreadyExists');
    const over = { Name: NAME, Value: 'newer', Overwrite: true };
    expect(await call('PutParameter', over)).toEqual({ Version: 2, Tier: 'Standard' });
    expect(await call('GetParameter', { Name: NAME, WithDecryption: true })).toMatchObject({
      Parameter: { Value: 'newer', Type: 'SecureString', Version: 2 },
    });
  });

  test('deletes what is there', async () => {
    const call = await parameters();

    await call('DeleteParameter', { Name: NAME });
    await expect(call('DeleteParameter', { Name: NAME })).rejects.toThrow('ParameterNotFound');
    await expect(call('GetParameter', { Name: NAME })).rejects.toThrow('ParameterNotFound');
  });

  test.each([
    ['GetParameter', {}],
    ['PutParameter', { Name: 'a b', Value: 'x', Type: 'String' }],
    ['PutParameter', { Name: '/new', Value: '', Type: 'String' }],
    ['PutParameter', { Name: '/new', Value: 'x' }],
    ['PutParameter', { Name: '/new', Value: 'x', Type: 'Secret' }],
  ])('refuses %s of %j', async (operation, input) => {
    const call = await parameters();

    await expect(call(operation, input)).rejects.toThrow(/Serialization|Validation/);
  });

  test('answers nobody whose signature is wrong', async () => {
    const call = await parameters('another');

    await expect(call('GetParameter', { Name: NAME })).rejects.toThrow(/Signature/);
  });
});
