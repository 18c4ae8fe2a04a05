import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { digits } from '../../traffic/random.ts';
import type { BusinessNumber } from '../business.ts';
import { type ApiRequest, ok, type Reaction } from '../exchange.ts';
import type { UploadedFile, World } from '../world.ts';
import { graphError, type Refusal, unknownObject } from './errors.ts';
import type { SentMessage } from './send-schema.ts';

const MEGABYTE = 1_048_576;
const UPLOAD_MS = 30 * 86_400_000;
const URL_MS = 300_000;

/** By type of message: what it may be, and how big. */
const KINDS = {
  image: { mimeType: /^image\/(jpeg|png)$/, maxBytes: 5 * MEGABYTE },
  sticker: { mimeType: /^image\/webp$/, maxBytes: 500 * 1024 },
  audio: { mimeType: /^audio\/(aac|mp4|mpeg|amr|ogg|opus)/, maxBytes: 16 * MEGABYTE },
  video: { mimeType: /^video\/(mp4|3gpp?)$/, maxBytes: 16 * MEGABYTE },
  document: { mimeType: /^(text\/plain|application\/.+)$/, maxBytes: 100 * MEGABYTE },
} as const;

type FileType = keyof typeof KINDS;

function isFileType(type: string): type is FileType {
  return Object.hasOwn(KINDS, type);
}

/** Takes a file for a number: `multipart/form-data` with `file`, `type` and `messaging_product`. */
export async function uploadFile(
  world: World,
  number: BusinessNumber,
  { body, contentType, query }: ApiRequest,
  now: number,
): Promise<Reaction> {
  const form = await readForm(body, contentType);
  const file = form?.get('file');
  const product = form?.get('messaging_product') ?? query.get('messaging_product');
  if (product !== 'whatsapp') return invalid('The parameter messaging_product is required.');
  if (!(file instanceof File)) return invalid('The parameter file is required.');
  const type = form?.get('type');
  const mimeType = typeof type === 'string' && type.includes('/') ? type : file.type;
  const kind = Object.values(KINDS).find((one) => one.mimeType.test(mimeType));
  if (kind === undefined) {
    return invalid(
      `Param file must be a file with one of the types that WhatsApp takes, not ${mimeType}.`,
    );
  }
  if (file.size > kind.maxBytes) {
    return graphError({ code: 131_053, details: `the file is larger than ${kind.maxBytes} bytes` });
  }
  const bytes = Buffer.from(await file.arrayBuffer());
  const id = `8${digits(world.random, 15)}`;
  world.files.set(id, { number: number.id, mimeType, bytes, uploadedAt: now });
  return ok({ id });
}

async function readForm(body: Buffer, contentType: string): Promise<FormData | undefined> {
  const headers = { 'content-type': contentType };
  return await new Response(new Uint8Array(body), { headers }).formData().catch(() => undefined);
}

function invalid(details: string): Reaction {
  return graphError({ code: 100, details });
}

function findFile(world: World, id: string, now: number): UploadedFile | undefined {
  const file = world.files.get(id);
  return file !== undefined && now - file.uploadedAt < UPLOAD_MS ? file : undefined;
}

/** What Graph tells of an uploaded file; undefined where it was none. */
export function describeFile(
  world: World,
  id: string,
  { query, origin }: ApiRequest,
  now: number,
): Reaction | undefined {
  const file = findFile(world, id, now);
  if (file === undefined) return undefined;
  const number = query.get('phone_number_id');
  if (number !== null && number !== file.number) return graphError(unknownObject('GET', id));
  return ok({
    messaging_product: 'whatsapp',
    url: `${origin}/attachments/${id}?until=${now + URL_MS}`,
    mime_type: file.mimeType,
    sha256: createHash('sha256').update(file.bytes).digest('hex'),
    file_size: file.bytes.length,
    id,
  });
}

/** Hands out an uploaded file by its URL, for five minutes; undefined where it was none. */
export function handOutFile(
  world: World,
  id: string,
  { query }: ApiRequest,
  now: number,
): Reaction | undefined {
  const file = findFile(world, id, now);
  if (file === undefined) return undefined;
  if (now > Number(query.get('until'))) return { status: 404, body: '' };
  return { status: 200, headers: { 'content-type': file.mimeType }, body: file.bytes };
}

export function deleteFile(world: World, id: string): Reaction {
  if (!world.files.delete(id)) return graphError(unknownObject('DELETE', id));
  world.deletedFiles.add(id);
  return ok({ success: true });
}

/** Whether the files that a message names are those of the number, and fit where they stand. */
export function checkFile(
  world: World,
  number: BusinessNumber,
  message: SentMessage,
): Refusal | undefined {
  for (const { type, id } of filesOf(message)) {
    const file = world.files.get(id);
    if (file?.number !== number.id) {
      const details = `Param ${type}['id'] is not a valid whatsapp business account media attachment ID`;
      return { code: 100, details };
    }
    if (!KINDS[type].mimeType.test(file.mimeType)) {
      return { code: 131_053, details: `${file.mimeType} cannot be sent as ${type}` };
    }
  }
  return undefined;
}

const byId = z.looseObject({ id: z.string() });

/** Uploaded files by their ids: the content itself, or in a template's header. */
function filesOf({ type, content, template }: SentMessage): { type: FileType; id: string }[] {
  const parameters = template?.components?.flatMap((one) => one.parameters ?? []) ?? [];
  const named = [
    { type, file: content },
    ...parameters.map((one) => ({ type: one.type, file: one[one.type] })),
  ];
  return named.flatMap((one) => {
    const { data } = byId.safeParse(one.file);
    return data !== undefined && isFileType(one.type) ? [{ type: one.type, id: data.id }] : [];
  });
}
