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

interface Version {
  readonly id: string;
  readonly value: string;
  readonly since: number;
}

interface Stored {
  readonly arn: string;
  readonly name: string;
  AWSCURRENT: Version;
  AWSPREVIOUS?: Version;
}

const get = z.object({
  SecretId: z.string(),
  VersionStage: z._default(z.enum(['AWSCURRENT', 'AWSPREVIOUS']), 'AWSCURRENT'),
});
const put = z.object({ SecretId: z.string(), SecretString: z.string().check(z.minLength(1)) });

/** Reads and writes secrets by name or ARN: the current version, and the one before it. */
export function secretActions(
  secrets: readonly Secret[],
  clock: LocalClock,
): Record<string, ApiAction> {
  const versionOf = (value: string): Version => ({ id: randomUUID(), value, since: clock.now() });
  const stored = secrets.map(
    ({ arn, name, value }): Stored => ({ arn, name, AWSCURRENT: versionOf(value) }),
  );
  const find = (id: string) =>
    stored.find(({ arn, name }) => arn === id || name === id) ?? absent();
  return {
    GetSecretValue: (input) => {
      const { SecretId, VersionStage } = get.parse(input);
      const { arn, name, [VersionStage]: version } = find(SecretId);
      const { id, value, since } = version ?? absent();
      return {
        ...{ ARN: arn, Name: name, SecretString: value, VersionId: id },
        ...{ VersionStages: [VersionStage], CreatedDate: since / 1000 },
      };
    },
    // All of them on one page: there are few.
    ListSecrets: () => ({
      SecretList: stored.map(({ arn, name, AWSCURRENT }) => ({
        ...{ ARN: arn, Name: name, LastChangedDate: AWSCURRENT.since / 1000 },
        SecretVersionsToStages: { [AWSCURRENT.id]: ['AWSCURRENT'] },
      })),
    }),
    PutSecretValue: (input) => {
      const { SecretId, SecretString } = put.parse(input);
      const secret = find(SecretId);
      secret.AWSPREVIOUS = secret.AWSCURRENT;
      secret.AWSCURRENT = versionOf(SecretString);
      const { arn, name, AWSCURRENT } = secret;
      return { ARN: arn, Name: name, VersionId: AWSCURRENT.id, VersionStages: ['AWSCURRENT'] };
    },
  };
}

function absent(): never {
  throw new ApiError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
  );
}
