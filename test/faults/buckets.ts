import { type HttpCall, textOf } from './http-call.ts';
import { objectError, type ServiceAnswer } from './service.ts';

/** S3 as the functions call it: whole objects, and files in parts. */
export class Buckets {
  /** By bucket and key. */
  readonly objects = new Map<string, Uint8Array>();
  readonly #uploads = new Map<string, Map<number, Uint8Array>>();
  #started = 0;

  act(call: HttpCall): ServiceAnswer {
    const path = decodeURIComponent(call.path.slice(1));
    const { uploadId } = call.query;
    if (typeof uploadId === 'string') return this.#ofUpload(call, path, uploadId);
    if (call.method === 'POST') return this.#startUpload();
    if (call.method === 'GET') return this.#read(path, String(call.headers['range'] ?? ''));
    if (call.method === 'PUT') this.objects.set(path, bytesOf(call));
    else this.objects.delete(path);
    return answer(call.method === 'DELETE' ? 204 : 200);
  }

  textAt(bucket: string, key: string): string | undefined {
    const bytes = this.objects.get(`${bucket}/${key}`);
    return bytes && new TextDecoder().decode(bytes);
  }

  #read(path: string, range: string): ServiceAnswer {
    const bytes = this.objects.get(path);
    if (bytes === undefined) return objectError('NoSuchKey', 404);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    if (from === undefined) return answer(200, bytes);
    return answer(206, bytes.subarray(Number(from), Number(to) + 1));
  }

  #startUpload(): ServiceAnswer {
    this.#started += 1;
    const id = `upload-${this.#started}`;
    this.#uploads.set(id, new Map());
    return answer(200, xml('InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`));
  }

  #ofUpload(call: HttpCall, path: string, id: string): ServiceAnswer {
    const parts = this.#uploads.get(id);
    if (call.method === 'DELETE') {
      this.#uploads.delete(id);
      return answer(204);
    }
    if (parts === undefined) return objectError('NoSuchUpload', 404);
    if (call.method === 'PUT') {
      const part = Number(call.query['partNumber']);
      parts.set(part, bytesOf(call));
      return { ...answer(200), headers: { etag: `"${part}"` } };
    }
    // To complete it again, because an answer was lost, succeeds again for a while.
    const named = [...textOf(call).matchAll(/<PartNumber>(\d+)</g)].map(([, part]) => Number(part));
    const bytes = named.map((part) => parts.get(part) ?? new Uint8Array());
    this.objects.set(path, Buffer.concat(bytes));
    return answer(200, xml('CompleteMultipartUploadResult', `<Key>${path}</Key>`));
  }
}

/** Of its own: the function may fill the same memory anew. */
function bytesOf({ body = '' }: HttpCall): Uint8Array {
  return Buffer.from(body);
}

function xml(name: string, members: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}>${members}</${name}>`;
}

function answer(statusCode: number, body: string | Uint8Array = ''): ServiceAnswer {
  return { statusCode, headers: {}, body };
}
