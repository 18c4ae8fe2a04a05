import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { answer } from '../../lambda/delivery/subscribers/answer.ts';
import { SUBSCRIBER_ROUTES } from '../../lambda/delivery/subscribers/routes.ts';
import { routeTable, splitUrl } from '../../local/http/routes.ts';
import { listen, readBody } from '../../local/loopback-server.ts';
import { aRequest } from '../support/fake-ingest.ts';
import { type SubscriberApi, startSubscriberApi } from '../support/subscriber-api.ts';

/** The management of subscribers over HTTP, without a stack behind it; gone when the test is over. */
export async function aStubApi(): Promise<SubscriberApi & { readonly url: string }> {
  const api = await startSubscriberApi(Date.now());
  const match = routeTable(Object.values(SUBSCRIBER_ROUTES).map((key) => ({ key })));
  const server = await listen(
    createServer(async (request, response) => {
      const { path, query } = splitUrl(request);
      const found = match(request.method ?? '', path);
      const result = await answer(
        aRequest({
          routeKey: found?.route.key ?? '',
          path: found?.pathParameters ?? {},
          query: Object.fromEntries(new URLSearchParams(query)),
          rawBody: (await readBody(request)) ?? Buffer.alloc(0),
        }),
        api.deps,
      );
      response.writeHead(result.statusCode ?? 0).end(result.body);
    }),
  );
  onTestFinished(async () => {
    await server.close();
    await api[Symbol.asyncDispose]();
  });
  return { ...api, url: server.url };
}
