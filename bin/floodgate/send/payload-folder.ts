import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Provider } from '../../../lambda/events/event.ts';
import { memberOf } from '../../../lambda/shared/json/json-source.ts';
import type { Webhook } from '../../../local/traffic/traffic.ts';
import { UsageError } from '../terminal/command.ts';

export interface PayloadFolder {
  readonly webhooks: readonly Webhook[];
  /** Files that are no webhooks, such as requests to the provider and its responses. */
  readonly skipped: readonly string[];
}

/** Reads the webhooks among a folder's JSON files, at any depth, in the order of their names. */
export function readPayloadFolder(folder: string): PayloadFolder {
  const webhooks: Webhook[] = [];
  const skipped: string[] = [];
  for (const file of jsonFiles(folder)) {
    const body = readFileSync(path.join(folder, file), 'utf8');
    const provider = providerOf(body);
    if (provider === undefined) skipped.push(file);
    else webhooks.push({ provider, body });
  }
  return { webhooks, skipped };
}

function jsonFiles(folder: string): string[] {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.json')).sort();
  } catch (error) {
    throw new UsageError(`--payloads: the folder ${folder} cannot be read`, { cause: error });
  }
}

function providerOf(body: string): Provider | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (memberOf(json, 'object') !== undefined && memberOf(json, 'entry') !== undefined)
    return 'meta';
  return typeof memberOf(json, 'event') === 'string' ? 'wasender' : undefined;
}
