import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The SDK's checksums over Node's own, without their fallbacks, and without hashing while loading. */
abstract class NodeHash {
  abstract readonly digestLength: number;
  readonly #start: () => Hash | Hmac;
  #hash: Hash | Hmac;

  constructor(start: () => Hash | Hmac) {
    this.#start = start;
    this.#hash = start();
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return 'copy' in this.#hash ? this.#hash.copy().digest() : this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#start();
  }
}

export class Md5 extends NodeHash {
  readonly digestLength = 16;

  constructor() {
    super(() => createHash('md5'));
  }
}

export class Sha256 extends NodeHash {
  readonly digestLength = 32;

  constructor(secret?: ArrayBuffer | Uint8Array | string) {
    const key = secret instanceof ArrayBuffer ? new Uint8Array(secret) : secret;
    super(() => (key ? createHmac('sha256', key) : createHash('sha256')));
  }
}

export class Crc32 {
  readonly digestLength = 4;
  #value = 0;

  update(data: Uint8Array | string): void {
    this.#value = crc32(data, this.#value);
  }

  async digest(): Promise<Uint8Array> {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return bytes;
  }

  reset(): void {
    this.#value = 0;
  }
}

export { Crc32 as Crc32Js, Crc32 as Crc32Node, Sha256 as Sha256Js, Sha256 as Sha256Node };

/** Only a stream that S3 must hash beforehand needs it. */
export function readableStreamHasher(): never {
  throw new Error('hashing a stream is not bundled, see lib/bundling.ts');
}
