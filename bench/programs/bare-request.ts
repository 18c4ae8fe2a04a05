import { request } from 'node:https';
import * as z from 'zod/mini';
import { readInput, report } from './report.ts';

const { url, body } = z.object({ url: z.string(), body: z.string() }).parse(readInput());

/** The one HTTPS request without which no webhook can be stored. */
await new Promise((resolve, reject) => {
  const headers = { 'x-amz-target': 'AmazonSQS.SendMessageBatch' };
  const sent = request(url, { method: 'POST', headers }, (response) => {
    response.on('end', resolve).resume();
  });
  sent.on('error', reject).end(body);
});
const wallMs = performance.now();
const { user, system } = process.cpuUsage();
report({ answers: [], wallMs, cpuMs: (user + system) / 1000 });
