import type { HttpRequest } from '../answers/api-gateway.ts';
import { channelParameter } from '../answers/parameters.ts';
import type { OwnershipDeps } from './tenancy.ts';

/** Whether a request of a caller of a tenant is about a channel of that tenant. */
export async function isOnTheirs(
  tenant: string,
  { path }: HttpRequest,
  { ownership }: OwnershipDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const isTheirs = await ownership(signal);
  const parameter = channelParameter(path);
  return parameter.ok && isTheirs(tenant, parameter.channel) === true;
}
