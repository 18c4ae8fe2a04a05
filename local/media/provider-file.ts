import { createHash } from 'node:crypto';

export interface ProviderFile {
  readonly bytes: Buffer;
  readonly sha256: Buffer;
}

const MIN_BYTES = 2_000;

/** The file that the stand-ins hand out under an id: 2 to 67 KB, the same whenever it is asked for. */
export function providerFile(id: string): ProviderFile {
  const size = MIN_BYTES + createHash('sha256').update(id).digest().readUInt16BE();
  const bytes = createHash('shake256', { outputLength: size }).update(id).digest();
  return { bytes, sha256: createHash('sha256').update(bytes).digest() };
}
