import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Campaign } from '../lambda/campaigns/campaign.ts';
import { moved } from '../lambda/campaigns/campaign.ts';
import { writeCampaign } from '../lambda/campaigns/campaign-json.ts';
import { uploadKey } from '../lambda/campaigns/part.ts';
import type { Channel } from '../lambda/channels/channel.ts';
import { writeChannel } from '../lambda/channels/channel-json.ts';
import type { CheckRequest } from '../lambda/sending/check-request.ts';

/** All that the checker of campaigns reaches, on loopback: a file that is made as it is read, and what takes the rest. */
export interface CheckSite extends AsyncDisposable {
  readonly url: string;
  /** From now on the file has so many rows. */
  readonly haveRows: (rows: number) => void;
  /** Lines of parts that came since this was asked for the last time. */
  readonly takeLines: () => number;
}

export const REQUESTED: CheckRequest = { campaign: 'cmp_AAAAAAAAAAAAAAAAAAAAAA', check: 'chk_1' };

const CHANNEL: Channel = {
  ...{ id: '106540352242922', provider: 'meta', tenant: 'default', accountId: '1' },
  ...{ messagesPerSecond: 80, share: 0.95, marketingRoute: 'messages', uncertain: 'leave' },
  ...{ state: 'active', createdAt: 1, updatedAt: 1 },
};

const DRAFT: Campaign = {
  ...{ id: REQUESTED.campaign, name: 'Spring', channel: CHANNEL.id, tenant: 'default' },
  ...{ provider: 'meta', steps: [], weight: 1, lifeMs: 3_600_000, changes: [], state: 'draft' },
  variants: [{ template: 'offer', language: 'es_MX', share: 1 }],
  map: { 1: 'name', header: 'image', 'button.0': 'path' },
  timeZone: 'recipient',
  stopAbove: { failed: 0.2, blocked: 0.1 },
  ...{ createdAt: 1, updatedAt: 1 },
};

const CHECKING = {
  ...moved(DRAFT, { at: 1, state: 'checking', by: 'role/bench' }),
  checking: REQUESTED.check,
};

const TEMPLATE = {
  ...{ id: '1', name: 'offer', language: 'es_MX', status: 'APPROVED', category: 'MARKETING' },
  components: [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'Hola {{1}}, los tulipanes están a mitad de precio' },
    { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Ver', url: 'https://f.example/{{1}}' }] },
  ],
};

export async function startCheckSite(): Promise<CheckSite> {
  let rows = 0;
  let lines = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const target = headers['x-amz-target'];
    if (target !== undefined) {
      response.end(JSON.stringify(awsAnswer(String(target), await text(request))));
    } else if (method === 'GET') {
      await answerGet(request, response, rows);
    } else {
      // Others are counted meanwhile.
      const came = await linesIn(request);
      lines += came;
      response.setHeader('etag', '"1"');
      response.end(method === 'POST' ? '<Result><UploadId>1</UploadId></Result>' : '');
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}`,
    haveRows: (wanted) => {
      rows = wanted;
    },
    takeLines: () => {
      const taken = lines;
      lines = 0;
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const NEWLINE = 10;

/** The file, or what Graph says. */
async function answerGet({ url = '' }: IncomingMessage, response: ServerResponse, rows: number) {
  if (url.includes(uploadKey(REQUESTED.campaign))) await writeFile(response, rows);
  else response.end(JSON.stringify(graphAnswer(url)));
}

/** What is stored is counted, and forgotten. */
async function linesIn(request: IncomingMessage): Promise<number> {
  let lines = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    for (const byte of bytes) if (byte === NEWLINE) lines += 1;
  }
  return lines;
}

function awsAnswer(target: string, body: string): object {
  if (target.endsWith('.GetParameter')) return { Parameter: { Value: 'x'.repeat(200) } };
  if (target.endsWith('.Query')) return { Items: [] };
  if (!target.endsWith('.GetItem')) return {};
  const isChannel = body.includes('"channels"');
  const config = { S: isChannel ? writeChannel(CHANNEL) : writeCampaign(CHECKING) };
  const [pk, sk] = isChannel ? ['channels', CHANNEL.id] : ['campaigns', CHECKING.id];
  return { Item: { pk: { S: pk }, sk: { S: sk }, config, revision: { N: '1' } } };
}

function graphAnswer(url: string): object {
  return url.includes('message_templates') ? { data: [TEMPLATE] } : {};
}

/** Where the people live, in shares of twenty. */
const NUMBERS = [
  ...Array.from({ length: 12 }, () => '5255'),
  ...['34612', '34633', '34655', '34677', '5511987', '5521987', '44740', '5730012'],
];

/** Each number comes once, and each row has as many bytes. */
function rowOf(at: number): string {
  const prefix = NUMBERS[at % NUMBERS.length] ?? '';
  const length = LENGTHS[prefix.slice(0, 2)] ?? 12;
  const rest = String(10 ** 8 + at).slice(-(length - prefix.length));
  return `+${prefix}${rest},"Ana ${String(at).padStart(7, '0')}",https://cdn.example/flowers/tulips.jpg,offer/${at}\n`;
}

/** Digits of a number, by the calling code. */
const LENGTHS: Readonly<Record<string, number>> = { 34: 11, 44: 12, 52: 12, 55: 13, 57: 12 };

const ROWS_AT_ONCE = 500;

async function writeFile(response: ServerResponse, rows: number): Promise<void> {
  const header = 'phone,name,image,path\n';
  let length = header.length;
  for (let at = 0; at < rows; at += 1) length += rowOf(at).length;
  response.writeHead(200, { 'content-length': length, etag: '"file"' });
  response.write(header);
  for (let at = 0; at < rows; at += ROWS_AT_ONCE) {
    const size = Math.min(ROWS_AT_ONCE, rows - at);
    const some = Array.from({ length: size }, (_, index) => rowOf(at + index)).join('');
    if (!response.write(some)) await once(response, 'drain');
  }
  response.end();
}
