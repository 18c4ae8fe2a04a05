import type { Fault } from './check.ts';

/** How AWS answers a request whose signature it does not take. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Here it is "local", or the access key id again.';
const NOT_SIGNED = 'There were headers present in the request which were not signed';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const OF_S3: Readonly<Record<Fault, Refusal>> = {
  unsigned: { status: 403, code: 'AccessDenied', message: 'Access Denied: nobody signed this' },
  malformed: {
    ...{ status: 400, code: 'AuthorizationHeaderMalformed' },
    message: 'The authorization header is malformed',
  },
  'other-service': {
    ...{ status: 400, code: 'AuthorizationHeaderMalformed' },
    message: 'The credential scope is not of this day and service',
  },
  mismatch: { status: 403, code: 'SignatureDoesNotMatch', message: MISMATCH },
  skewed: {
    ...{ status: 403, code: 'RequestTimeTooSkewed' },
    message: 'The difference between the request time and the current time is too large.',
  },
  expired: { status: 403, code: 'AccessDenied', message: 'Request has expired' },
  'header-not-signed': { status: 403, code: 'AccessDenied', message: NOT_SIGNED },
  'hash-missing': {
    ...{ status: 400, code: 'InvalidRequest' },
    message: 'Missing required header for this request: x-amz-content-sha256',
  },
  'hash-mismatch': {
    ...{ status: 400, code: 'XAmzContentSHA256Mismatch' },
    message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
  },
};

const invalid = (message: string): Refusal => ({
  ...{ status: 400, code: 'InvalidSignatureException', message },
});

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html */
const OF_JSON: Readonly<Record<Fault, Refusal>> = {
  unsigned: {
    ...{ status: 400, code: 'MissingAuthenticationTokenException' },
    message: 'Missing Authentication Token',
  },
  malformed: {
    ...{ status: 400, code: 'IncompleteSignatureException' },
    message: 'The request signature does not conform to AWS standards.',
  },
  'other-service': invalid('Credential should be scoped to this day and the correct service.'),
  mismatch: invalid(MISMATCH),
  skewed: invalid('Signature expired, or of a time to come'),
  expired: invalid('Signature expired'),
  'header-not-signed': invalid(NOT_SIGNED),
  'hash-missing': invalid(MISMATCH),
  'hash-mismatch': invalid(MISMATCH),
};

export function refusalOf(service: string, fault: Fault): Refusal {
  if (service === 's3') return OF_S3[fault];
  // SQS has other numbers, from the protocol that it had before, and Lambda those of REST.
  return service === 'sqs' || service === 'lambda'
    ? { ...OF_JSON[fault], status: 403 }
    : OF_JSON[fault];
}
