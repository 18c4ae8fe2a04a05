import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { memberOf } from '../json/json-source.ts';
import type { CallAws } from './json-protocol.ts';
import type { Patience } from './request.ts';
import { clientSettings, sdkCall } from './sdk-call.ts';
import type { AwsService } from './service.ts';

const COMMANDS = {
  DeleteObject: DeleteObjectCommand,
  GetObject: GetObjectCommand,
  PutObject: PutObjectCommand,
};

/**
 * Calls S3 by the SDK's client, with our own retries. Bodies of answers are text.
 */
export function s3Client(service: AwsService, { attempts, timeoutMs }: Patience): CallAws {
  const client = s3SdkClient(service, { attempts: 1, timeoutMs });
  return sdkCall(service, client, COMMANDS, { attempts, finish: readBody });
}

/**
 * The SDK's client, which knows how a key is written and signed. What is stored goes with its CRC, which S3
 * checks.
 */
export function s3SdkClient(service: AwsService, { attempts, timeoutMs }: Patience): S3Client {
  return new S3Client({
    ...clientSettings(service, timeoutMs),
    maxAttempts: attempts,
    // As the media links have it, and servers without a name for each bucket.
    forcePathStyle: true,
    ...{ disableS3ExpressSessionAuth: true, useArnRegion: false, sigv4aSigningRegionSet: [] },
    ...{
      requestChecksumCalculation: 'WHEN_SUPPORTED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    },
  });
}

/** Within the attempt, so that one whose connection breaks half-way is made again. */
async function readBody(output: object): Promise<object> {
  const body = memberOf(output, 'Body');
  if (!(body instanceof Readable)) return output;
  const chunks: Buffer[] = await body.toArray();
  return { ...output, Body: Buffer.concat(chunks).toString('utf8') };
}
