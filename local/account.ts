/** Where the local resources seem to be. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}
