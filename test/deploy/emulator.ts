import { readFileSync } from 'node:fs';

/** Where the app is deployed to: something that answers as AWS does. */
export interface Emulator {
  readonly name: string;
  /** Of all its services. */
  readonly endpoint: URL;
  /** What every SDK needs to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  /** Certificate in PEM that its own is signed by; none without TLS or where the system trusts it. */
  readonly certificate?: string;
  /** Whether it refuses what the roles of the stack do not allow. */
  readonly enforcesIam: boolean;
  /** The last lines that it wrote. */
  readonly logTail: () => string;
}

/** Why nothing can be deployed on this machine, through no fault of the app. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

const LOOPBACK =
  /^(127(\.\d{1,3}){3}|\[::1\]|localhost|.+\.localhost|localhost\.localstack\.cloud)$/;

/** Whatever answers at `AWS_ENDPOINT_URL`. Nothing but loopback: what is deployed is destroyed again. */
export function givenEmulator(environment: NodeJS.ProcessEnv, url: string): Emulator {
  const endpoint = new URL(url);
  if (!LOOPBACK.test(endpoint.hostname)) {
    throw new Error(`AWS_ENDPOINT_URL is ${endpoint.hostname}, which is not this machine`);
  }
  const accessKeyId = environment['AWS_ACCESS_KEY_ID'] ?? 'test';
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY'] ?? 'test';
  const bundle = environment['AWS_CA_BUNDLE'];
  return {
    name: url,
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
    region: environment['AWS_REGION'] ?? 'us-east-1',
    environment: bundle === undefined ? {} : trusting(bundle),
    ...(bundle !== undefined && { certificate: readFileSync(bundle, 'utf8') }),
    enforcesIam: false,
    logTail: () => '',
  };
}

/** Variables with which the CDK and Node.js trust a certificate. */
export function trusting(file: string): Record<string, string> {
  return { AWS_CA_BUNDLE: file, NODE_EXTRA_CA_CERTS: file };
}
