import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { AwsService } from '../domain/aws-service.ts';
import { memberOf } from '../domain/json-source.ts';
import type { CallAws } from './aws-json.ts';
import type { Patience } from './aws-request.ts';
import { clientSettings, sdkCall } from './sdk-call.ts';

const COMMANDS = {
  AbortMultipartUpload: AbortMultipartUploadCommand,
  CompleteMultipartUpload: CompleteMultipartUploadCommand,
  CreateMultipartUpload: CreateMultipartUploadCommand,
  DeleteObject: DeleteObjectCommand,
  GetObject: GetObjectCommand,
  PutObject: PutObjectCommand,
  UploadPart: UploadPartCommand,
};

/**
 * Calls S3 by the SDK's client, which knows how a key is written and signed. Bodies of answers are text.
 *
 * What is stored goes with its CRC, which S3 checks.
 */
export function s3Client(service: AwsService, { attempts, timeoutMs }: Patience): CallAws {
  const client = new S3Client({
    ...clientSettings(service, timeoutMs),
    // As the media links have it, and servers without a name for each bucket.
    forcePathStyle: true,
    ...{ disableS3ExpressSessionAuth: true, useArnRegion: false, sigv4aSigningRegionSet: [] },
    ...{
      requestChecksumCalculation: 'WHEN_SUPPORTED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    },
  });
  return sdkCall(service, client, COMMANDS, { attempts, finish: readBody });
}

/** Within the attempt, so that one whose connection breaks half-way is made again. */
async function readBody(output: object): Promise<object> {
  const body = memberOf(output, 'Body');
  if (!(body instanceof Readable)) return output;
  const chunks: Buffer[] = await body.toArray();
  return { ...output, Body: Buffer.concat(chunks).toString('utf8') };
}
