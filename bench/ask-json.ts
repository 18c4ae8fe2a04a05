/** Asks the local stack, or the WhatsApp that it plays. Rejects where the answer is no success. */
export async function askJson(
  method: string,
  url: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const request = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  const answer = await fetch(url, request);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} was answered ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
