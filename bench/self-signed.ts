import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate for 127.0.0.1 and its key, both in PEM, made for one run and kept nowhere. */
export interface SelfSigned {
  readonly certificate: string;
  readonly key: string;
}

const TAG = { integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 23, sequence: 48, set: 49 };
const CONTEXT = { version: 0xa0, extensions: 0xa3, ipAddress: 0x87 };

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
};

const DAY_MS = 86_400_000;

/** Node.js reads certificates but makes none; the stub needs one to be called as AWS is. */
export function selfSigned(now = Date.now()): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const content = certificateContent(algorithm, publicKey, now);
  const signature = sign('sha256', content, privateKey);
  const der = sequence(content, algorithm, der1(TAG.bits, Buffer.of(0), signature));
  const base64 = der.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
function certificateContent(algorithm: Buffer, publicKey: KeyObject, now: number): Buffer {
  const name = sequence(
    der1(TAG.set, sequence(oid(OID.commonName), der1(TAG.utf8, Buffer.from('stub of AWS')))),
  );
  const addresses = sequence(der1(CONTEXT.ipAddress, Buffer.of(127, 0, 0, 1)));
  return sequence(
    der1(CONTEXT.version, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(time(now - DAY_MS), time(now + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der1(
      CONTEXT.extensions,
      sequence(sequence(oid(OID.subjectAltName), der1(TAG.octets, addresses))),
    ),
  );
}

/** One value in DER: tag, length, content. */
function der1(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const length = bytes.length;
  const header = length < 128 ? [tag, length] : [tag, 0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from(header), bytes]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return der1(TAG.sequence, ...content);
}

function integer(value: number): Buffer {
  return der1(TAG.integer, Buffer.of(value));
}

function oid(hex: string): Buffer {
  return der1(TAG.oid, Buffer.from(hex, 'hex'));
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14);
  return der1(TAG.time, Buffer.from(`${digits}Z`));
}
