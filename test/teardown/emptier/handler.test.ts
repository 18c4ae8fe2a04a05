import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMPTIED_TAG } from '../../../lambda/teardown/emptier/empty-bucket.ts';
import { signedFetch } from '../../../local/signature/signed-fetch.ts';
import { contextWith, runsInLambda, startedIn } from '../../support/lambda-runtime.ts';
import { type ObjectEmulator, startObjects } from '../../support/object-emulator.ts';

const KEYS = ['events/dt=2026-11-22/hour=06/1 +%€😀.gz', 'unreadable/1', 'queries/a.csv'];

let objects: ObjectEmulator;
const told: { type: string | undefined; answer: { Status: string; Reason?: string } }[] = [];
/** CloudFormation, and before S3 the tags of buckets, which the emulator lacks. */
const front = createServer((request, response) => {
  const { url = '', method = '', headers } = request;
  const answer = async () => {
    const body = await text(request);
    if (url === '/answer') {
      told.push({ type: headers['content-type'], answer: JSON.parse(body) });
      return response.end();
    }
    if (url.includes('tagging'))
      return response.end(url.startsWith('/archive') ? MARKED : UNMARKED);
    const { pathname, searchParams } = new URL(url, objects.url);
    const s3 = await signedFetch({
      ...{ service: 's3', url: objects.url, method, body },
      path: decodeURIComponent(pathname),
      query: Object.fromEntries(searchParams),
    });
    return response.writeHead(s3.status).end(await s3.text());
  };
  void answer();
});
const tagged = (tags: string) => `<Tagging><TagSet>${tags}</TagSet></Tagging>`;
const UNMARKED = tagged('<Tag><Key>other</Key><Value>true</Value></Tag>');
const MARKED = tagged(`<Tag><Key>${EMPTIED_TAG}</Key><Value>true</Value></Tag>`);

runsInLambda();

beforeAll(async () => {
  objects = await startObjects('archive', 'others');
  await once(front.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  front.closeAllConnections();
  front.close();
  await objects[Symbol.asyncDispose]();
});

async function deleteStackWith(BucketName: string) {
  const address = front.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const variables = { AWS_ENDPOINT_URL_S3: url };
  const { handler } = await startedIn(
    variables,
    () => import('../../../lambda/teardown/emptier/handler.ts'),
  );
  const event = {
    ...({ RequestType: 'Delete', PhysicalResourceId: BucketName, ServiceToken: 'arn' } as const),
    ...{ StackId: 'stack-1', RequestId: 'request-1', LogicalResourceId: 'Emptying1' },
    ...{ ResponseURL: `${url}/answer`, ResourceType: 'Custom::EmptiedBucket' },
    ResourceProperties: { ServiceToken: 'arn', BucketName },
  };
  await handler(event, contextWith(60_000));
  return told.at(-1)?.answer;
}

test('the function empties a bucket that is marked, whatever its keys are, and no other', async () => {
  for (const key of KEYS) {
    for (const bucket of ['archive', 'others']) await objects.put(`${bucket}/${key}`, 'x');
  }

  expect(await deleteStackWith('archive')).toMatchObject({ Status: 'SUCCESS' });
  expect(await deleteStackWith('others')).toMatchObject({ Status: 'SUCCESS' });
  expect(await objects.keys('archive')).toEqual([]);
  expect(await objects.keys('others')).toHaveLength(KEYS.length);
  expect(told[0]?.type ?? '').toBe('');
});
