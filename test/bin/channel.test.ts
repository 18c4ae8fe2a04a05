import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { awsJson, SSM } from '../../lambda/shared/aws/json-protocol.ts';
import { listen } from '../../local/loopback-server.ts';
import { awsService } from '../support/aws-service.ts';
import { aLocalStack } from '../support/local-stack.ts';
import { floodgate, typistOf } from './command-line.ts';

const ID = '900000000000101';

describe('a command line that is wrong', () => {
  test.each([
    [[], 'channel takes add, list, show, update, pause, resume, check or remove, not nothing'],
    [['delete', ID], 'not "delete"'],
    [['toString', ID], 'not "toString"'],
    [['show'], 'show takes the id of a channel'],
    [['list', ID], `unexpected argument '${ID}'`],
    [['add'], 'add takes the id of a channel'],
    [['add', ID, '--provider', 'telegram'], '--provider is meta or wasender'],
    [['add', ID, '--share', '120%'], '--share takes a share such as'],
    [['add', ID, '--token-stdin', '--no-token'], '--token-stdin and --no-token exclude each other'],
    [['add', ID, '--token', 'EAAG'], "unknown option '--token'"],
    [['update', ID], 'update takes what to change'],
    [['update', ID, '--provider', 'meta'], 'update takes no --provider'],
    [['pause', ID, '--rate', '80'], 'pause takes no --rate'],
    [['remove', ID], 'remove takes the token of the channel too: say --yes'],
  ])('%j is refused in one line', async (args, message) => {
    const { exitCode, stdout, stderr } = await floodgate(['channel', ...args]);

    expect(stderr).toMatch(/^error: [^\n]*; try --help\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('a token is asked of nobody where nobody can type it, and none is looked for by an address', async () => {
    const api = 'http://127.0.0.1:1';
    const byAddress = await floodgate(['channel', 'add', ID, '--token-stdin', '--api', api]);

    expect(byAddress.stderr).toContain('tokens lie beside a stack, not behind its address');
    expect(byAddress.exitCode).toBe(2);
  });
});

/** A stand-in for Meta that says of the number what a test wants. */
async function aGraph(number: object = {}, token: object = { is_valid: true }) {
  const asked: string[] = [];
  const answers: Readonly<Record<string, object>> = {
    '/debug_token': {
      data: {
        ...{ app_id: '7', expires_at: 0, ...token },
        scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
      },
    },
    [`/${ID}`]: {
      ...{ status: 'CONNECTED', name_status: 'APPROVED', quality_rating: 'GREEN' },
      ...{ throughput: { level: 'STANDARD' } },
      whatsapp_business_manager_messaging_limit: 'TIER_2K',
      webhook_configuration: { application: 'https://gate.example/webhooks/meta' },
      ...number,
    },
    '/900000000000001/subscribed_apps': { data: [{ whatsapp_business_api_data: { id: '7' } }] },
  };
  const server = await listen(
    createServer(({ url = '', headers }, response) => {
      const [path = ''] = url.split('?');
      asked.push(`${path} ${headers.authorization}`);
      const json = answers[path];
      const refused = { error: { code: 100, message: 'Unsupported get request' } };
      response.writeHead(json === undefined ? 400 : 200).end(JSON.stringify(json ?? refused));
    }),
  );
  onTestFinished(() => server.close());
  return { url: server.url, asked };
}

test('takes a channel of the local stack through its life', { timeout: 180_000 }, async () => {
  const stack = await aLocalStack();
  const graph = await aGraph({ quality_rating: 'RED' });
  const run = typistOf(stack, { GRAPH_URL: graph.url });
  const channel = async (typed: string, ...args: string[]) => {
    const outcome = await run(typed, 'channel', ...args);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    return outcome.stdout;
  };
  const ssm = awsJson(awsService('ssm', stack.aws.ssm), SSM, { attempts: 1, timeoutMs: 3000 });
  const token = () =>
    ssm(
      'GetParameter',
      { Name: `/floodgate/development/channels/${ID}/token`, WithDecryption: true },
      AbortSignal.timeout(3000),
    );
  expect(await channel('', 'list')).toMatch(/^There are no channels: npx floodgate channel add/);

  // Nobody can type it, and there is none in stdin: nothing is made.
  expect((await run('', 'channel', 'add', ID)).stderr).toContain('give it by --token-stdin');
  expect((await run(' \n', 'channel', 'add', ID, '--token-stdin')).stderr).toContain('is empty');
  expect((await run('a b', 'channel', 'add', ID, '--token-stdin')).exitCode).toBe(2);
  expect((await run('', 'channel', 'show', ID)).stderr).toContain(`there is no channel ${ID}`);

  const added = await channel('EAAG1\n', 'add', ID, '--token-stdin', '--rate', 'standard');
  expect(added).toMatch(/^state {5}active$/m);
  expect(added).toMatch(/^rate {6}80 a second, 95% of it for sending$/m);
  expect(added).not.toContain('EAAG');
  expect(await token()).toMatchObject({ Parameter: { Value: 'EAAG1', Type: 'SecureString' } });

  // A channel that is there keeps its token.
  const again = await run('EAAG2', 'channel', 'add', ID, '--token-stdin');
  expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('already')]);
  expect(await token()).toMatchObject({ Parameter: { Value: 'EAAG1' } });
  await channel('EAAG3', 'update', ID, '--token-stdin', '--account', '900000000000001');
  expect(await token()).toMatchObject({ Parameter: { Value: 'EAAG3' } });

  const wrong = await run('', 'channel', 'update', ID, '--rate', 'fast');
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('"fast"')]);
  const lanes = await run('', 'channel', 'update', ID, '--rate', '1000');
  expect([lanes.exitCode, lanes.stderr]).toEqual([1, expect.stringContaining('pause it first')]);

  const checked = await run('', 'channel', 'check', ID);
  expect(checked.exitCode).toBe(1);
  expect(checked.stdout).toMatch(/^ok {4}token {9}valid$/m);
  expect(checked.stdout).toMatch(/^fault quality {7}RED\n {20}send less that people block/m);
  expect(checked.stdout).not.toContain('EAAG');
  expect(graph.asked).toContain(`/${ID} Bearer EAAG3`);
  expect(await channel('', 'list')).toMatch(
    /^ID +PROVIDER +STATE +A SECOND +LANES +TENANT +ATTENTION\n9.* +meta +active +80 +1 +default +quality: RED\n$/,
  );

  expect(await channel('', 'pause', ID, '--drain')).toContain('what waits is sent');
  expect(await channel('', 'resume', ID)).toMatch(/^state {5}active$/m);
  await channel('', 'pause', ID);
  expect((await run('', 'channel', 'remove', ID, '--yes')).stderr).toContain('try again in 40 s');
  stack.clock.advance(60_000);
  expect(await channel('', 'remove', ID, '--yes', '--json')).toBe(`{"removed":"${ID}"}\n`);
  await expect(token()).rejects.toThrow('ParameterNotFound');
  await channel('', 'add', 'shop', '--provider', 'wasender', '--no-token', '--json');
  const untold = await run('', 'channel', 'check', 'shop');
  expect(untold.stderr).toContain('there is no token of shop: npx floodgate channel update shop');

  const ofChannels = stack.rights.unused.filter(({ functionName }) =>
    functionName.startsWith('ChannelsApi'),
  );
  expect(ofChannels).toEqual([]);
});
