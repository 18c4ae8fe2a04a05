import { describe, expect, test } from 'vitest';
import { channelTokens } from '../../lambda/channels/ssm-tokens.ts';
import { tokenParameter, tokensPath } from '../../lambda/channels/token-parameter.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';

const MINUTE_MS = 60_000;
const PATH = tokensPath('production');
const away = new AwsRequestError('ssm', 'ECONNREFUSED', { isTransient: true });
const absent = new AwsRequestError('ssm', 'ParameterNotFound');

/** Parameters that a test changes, and a clock that it moves. */
function aStore(values: Record<string, string | AwsRequestError>) {
  const world = { now: 0, values, outages: 0, asked: [] as object[] };
  const tokens = channelTokens(
    async (operation, input) => {
      world.asked.push({ operation, ...input });
      const Value = world.values[String('Name' in input ? input.Name : '')] ?? absent;
      if (Value instanceof Error) throw Value;
      return { Parameter: { Value } };
    },
    PATH,
    {
      now: () => world.now,
      onOutage: () => {
        world.outages += 1;
      },
    },
  );
  return { world, tokens };
}

const of = (channel: string) => tokenParameter(PATH, channel);

describe('the tokens of channels', () => {
  test('are read in plain text, each from its parameter of the stage, once in five minutes', async () => {
    const { world, tokens } = aStore({ [of('1')]: 'one', [of('2')]: 'two' });

    expect(await Promise.all([tokens.current('1'), tokens.current('1')])).toEqual(['one', 'one']);
    world.now = 5 * MINUTE_MS - 1;
    expect(await tokens.current('1')).toBe('one');
    expect(world.asked).toEqual([
      {
        operation: 'GetParameter',
        Name: '/floodgate/production/channels/1/token',
        WithDecryption: true,
      },
    ]);
    expect(await tokens.current('2')).toBe('two');
    world.values[of('1')] = 'newer';
    world.now = 5 * MINUTE_MS;
    expect(await tokens.current('1')).toBe('newer');
  });

  test('are used for an hour where they cannot be read', async () => {
    const { world, tokens } = aStore({ [of('1')]: 'one' });
    await tokens.current('1');
    world.values[of('1')] = away;

    world.now = 59 * MINUTE_MS;
    expect(await tokens.current('1')).toBe('one');
    expect(world.outages).toBe(1);
    world.now = 60 * MINUTE_MS;
    await expect(tokens.current('1')).rejects.toBe(away);
  });

  test('are nobody’s where nobody knows, and none where there is none', async () => {
    const { tokens } = aStore({ [of('1')]: away });

    await expect(tokens.current('1')).rejects.toBe(away);
    expect(await tokens.current('2')).toBeUndefined();
  });

  test('are found within half a minute where there was none before', async () => {
    const { world, tokens } = aStore({});
    expect(await tokens.current('1')).toBeUndefined();
    world.values[of('1')] = 'one';

    world.now = MINUTE_MS / 2 - 1;
    expect(await tokens.current('1')).toBeUndefined();
    world.now = MINUTE_MS / 2;
    expect(await tokens.current('1')).toBe('one');
  });

  test('are read anew for whom one was refused, twice a minute at most', async () => {
    const { world, tokens } = aStore({ [of('1')]: 'one' });
    await tokens.current('1');
    world.values[of('1')] = 'newer';

    expect(await tokens.newer('1')).toBeUndefined();
    world.now = MINUTE_MS / 2;
    expect(await tokens.newer('1')).toBe('newer');
  });
});
