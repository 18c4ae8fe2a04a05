import { SETTINGS } from '../function-environment.ts';
import type { Measurement } from '../measurement.ts';
import { runProgram, type Start, startSchema } from '../processes.ts';
import { median, medianRatio } from '../statistics.ts';
import { oneKilobyteWebhook, signedEvent } from '../webhooks.ts';

/** What the sender waits for who meets a cold function: its load, two TLS connections, two calls. */
export const first: Measurement = {
  summary: 'first accepted webhook of a fresh process, over one bare HTTPS request',
  run: async ({ bundles, tlsEnvironment: environment, tlsStub }, effort) => {
    const events = [signedEvent(oneKilobyteWebhook(1), SETTINGS.appSecret)];
    const real = {
      ...{ path: bundles.path('call'), environment },
      input: { bundle: bundles.path('ingest'), events },
    };
    const bare = {
      ...{ path: bundles.path('bareRequest'), environment },
      input: { url: tlsStub.url, body: '{"Entries":[]}' },
    };
    const pairs: { readonly bare: Start; readonly real: Start }[] = [];
    const total = effort.isQuick ? 5 : 15;
    for (let done = 0; done < total; done += 1) {
      effort.onProgress(done, total);
      const { result: one } = await runProgram(bare, startSchema);
      const { result: other } = await runProgram(real, startSchema);
      pairs.push({ bare: one, real: other });
    }
    const ms = { unit: 'ms', digits: 1 };
    const value = (which: 'real' | 'bare', what: 'wallMs' | 'cpuMs') =>
      median(pairs.map((pair) => pair[which][what]));
    const ratio = medianRatio(
      pairs.map((pair) => ({ real: pair.real.wallMs, bare: pair.bare.wallMs })),
    );
    return {
      figures: [
        { name: 'first webhook of a fresh process', value: value('real', 'wallMs'), ...ms },
        { name: 'first webhook, CPU', value: value('real', 'cpuMs'), ...ms },
        { name: 'first bare HTTPS request', value: value('bare', 'wallMs'), ...ms },
        { name: 'first webhook, over that', value: ratio, unit: 'x', digits: 2 },
      ],
    };
  },
};
