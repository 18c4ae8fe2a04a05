import type { EnvironmentReader } from '../shared/aws/environment.ts';

/** The version of Graph that everything here is written for. */
export const GRAPH_VERSION = 'v23.0';

/** Where the providers' APIs are. */
export interface ProviderUrls {
  /** With the version, such as `https://graph.facebook.com/v23.0`. */
  readonly meta: string;
  readonly wasender: string;
}

/** Set by whoever has stand-ins for the providers. */
export type ProviderVariable = 'GRAPH_URL' | 'WASENDER_URL';

export const PROVIDER_URLS: ProviderUrls = {
  meta: `https://graph.facebook.com/${GRAPH_VERSION}`,
  wasender: 'https://www.wasenderapi.com/api',
};

export function readProviderUrls(read: EnvironmentReader<ProviderVariable>): ProviderUrls {
  return {
    meta: read.optionalUrl('GRAPH_URL') ?? PROVIDER_URLS.meta,
    wasender: read.optionalUrl('WASENDER_URL') ?? PROVIDER_URLS.wasender,
  };
}
