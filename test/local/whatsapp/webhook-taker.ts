import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { checkSharedSecret, checkSignature } from '../../../lambda/providers/signature.ts';
import { listen, readBody } from '../../../local/loopback-server.ts';
import type { Target } from '../../../local/traffic/sign.ts';

const SECRETS = { meta: 'app-secret', wasender: 'webhook-secret' };

/** Takes webhooks that are signed as they should be; the first ones it may answer otherwise. */
export async function aWebhookTaker(firstAnswers: readonly number[] = []) {
  const answers = [...firstAnswers];
  const received: { provider: string; body: string }[] = [];
  const server = await listen(
    createServer(async (request, response) => {
      const body = (await readBody(request)) ?? Buffer.alloc(0);
      const header = (name: string) => String(request.headers[name] ?? '');
      const isMeta = request.url === '/webhooks/meta';
      const check = isMeta
        ? checkSignature(body, header('x-hub-signature-256'), [SECRETS.meta])
        : checkSharedSecret(header('x-webhook-signature'), [SECRETS.wasender]);
      const status = check.ok ? (answers.shift() ?? 200) : 403;
      if (status === 200) {
        received.push({ provider: isMeta ? 'meta' : 'wasender', body: body.toString() });
      }
      response.writeHead(status).end();
    }),
  );
  onTestFinished(() => server.close());
  const target: Target = { baseUrl: server.url, secrets: SECRETS, pathToken: 'local' };
  return { received, url: server.url, target: Promise.resolve(target) };
}
