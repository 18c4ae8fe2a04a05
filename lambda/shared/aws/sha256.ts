import { createHash, createHmac, createSecretKey, type Hash, type Hmac } from 'node:crypto';

type Data = string | ArrayBuffer | ArrayBufferView;

/** Node's SHA-256, or its HMAC where there is a key, in the form that the SDK's signer takes. */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(key?: Data) {
    this.#hash =
      key === undefined ? createHash('sha256') : createHmac('sha256', keyOf(hashable(key)));
  }

  update(data: Data): void {
    this.#hash.update(hashable(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

/** To be keyed with bytes as they are takes Node five times as long. */
function keyOf(key: string | Uint8Array) {
  return typeof key === 'string' ? key : createSecretKey(key);
}

function hashable(data: Data): string | Uint8Array {
  if (typeof data === 'string') return data;
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
