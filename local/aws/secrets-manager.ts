import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { LocalClock } from '../clock.ts';
import { type ApiAction, ApiError } from './json-protocol.ts';

/** A secret as the local stack keeps it. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
}

const get = z.object({ SecretId: z.string() });
const put = z.object({ SecretId: z.string(), SecretString: z.string() });

/** Reads and writes secrets by name or ARN; there is only the current version. */
export function secretActions(
  secrets: readonly Secret[],
  clock: LocalClock,
): Record<string, ApiAction> {
  const stored = secrets.map((secret) => ({
    ...secret,
    version: randomUUID(),
    since: clock.now(),
  }));
  const find = (id: string) => {
    const secret = stored.find(({ arn, name }) => arn === id || name === id);
    if (secret !== undefined) return secret;
    throw new ApiError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  };
  return {
    GetSecretValue: (input) => {
      const { arn, name, value, version, since } = find(get.parse(input).SecretId);
      return {
        ...{ ARN: arn, Name: name, SecretString: value, VersionId: version },
        ...{ VersionStages: ['AWSCURRENT'], CreatedDate: since / 1000 },
      };
    },
    PutSecretValue: (input) => {
      const { SecretId, SecretString } = put.parse(input);
      const secret = Object.assign(find(SecretId), {
        ...{ value: SecretString, version: randomUUID(), since: clock.now() },
      });
      const { arn, name, version } = secret;
      return { ARN: arn, Name: name, VersionId: version, VersionStages: ['AWSCURRENT'] };
    },
  };
}
