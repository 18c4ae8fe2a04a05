import type { CloudFormationCustomResourceResponse } from 'aws-lambda';

const TIMEOUT_MS = 10_000;

/** Tells CloudFormation what became of a resource: it waits for that, up to an hour. */
export async function respondToStack(
  url: string,
  response: CloudFormationCustomResourceResponse,
): Promise<void> {
  // The URL is signed for a request without a type.
  const { ok, status } = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': '' },
    body: JSON.stringify(response),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!ok) throw new Error(`CloudFormation answered ${status}`);
}
