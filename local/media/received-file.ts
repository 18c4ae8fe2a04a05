import { providerFile } from './provider-file.ts';

/** What Graph tells of a file that came with a message. */
export function receivedFile(id: string, origin: string): object {
  const { bytes, sha256 } = providerFile(id);
  return {
    messaging_product: 'whatsapp',
    url: `${origin}/attachments/${encodeURIComponent(id)}`,
    mime_type: 'application/octet-stream',
    sha256: sha256.toString('hex'),
    file_size: String(bytes.length),
    id,
  };
}
