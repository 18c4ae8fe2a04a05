import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CampaignShown,
  campaignAnswer,
  campaignCreated,
  type UploadForm,
  uploadForm,
} from '../../../lambda/sending/campaigns/schemas.ts';
import { UnavailableError } from '../terminal/command.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { drawCampaign, drawReport } from './draw.ts';
import { putUp, type RecipientsFile, recipientsFile } from './put-up.ts';
import { ALL, pathOf, readCampaign, type Work } from './work.ts';

const ASK_EVERY_MS = 500;

/** Makes a campaign with its recipients, and shows what its check finds. */
export async function createCampaign(work: Work): Promise<number> {
  const { api, options, stdout } = work;
  const { wishes, recipients, isChecked, isJson } = options;
  const file = recipients === undefined ? undefined : recipientsFile(recipients);
  const request = { method: 'POST', path: ALL, body: wishes } as const;
  const { campaign, upload } = await api.call(request, campaignCreated);
  // At once: whatever breaks from here on, check goes on from there.
  if (!isJson) stdout.write(`id        ${campaign.id}\n`);
  if (file !== undefined && upload !== null) {
    await put(file, upload, work).catch(sayHowOn(campaign.id, file.path));
  }
  if (isChecked) return await check(campaign.id, work);
  const shown = await readCampaign(api, campaign.id);
  stdout.write(isJson ? `${JSON.stringify(shown)}\n` : drawCampaign(shown, stdout));
  return 0;
}

/** Checks a campaign once more, with other recipients where somebody gives them. */
export async function checkAgain(work: Work): Promise<number> {
  const { api, options } = work;
  const { id, recipients } = options;
  if (recipients !== undefined) {
    const file = recipientsFile(recipients);
    const upload = await api.call({ method: 'POST', path: pathOf(id, '/upload') }, uploadForm);
    await put(file, upload, work);
  }
  return await check(id, work);
}

async function put(file: RecipientsFile, upload: UploadForm, { stderr }: Work): Promise<void> {
  const bar = progressBar(stderr);
  await putUp(file, upload, (bytes) => bar.show('putting up', bytes, file.bytes));
  bar.clear();
}

function sayHowOn(id: string, file: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof UnavailableError)) throw error;
    const next = `npx floodgate campaign check ${id} --recipients ${file}`;
    throw new UnavailableError(`${error.message}; try ${next}`, { cause: error });
  };
}

async function check(id: string, work: Work): Promise<number> {
  const { api, options, stdout } = work;
  await api.call({ method: 'POST', path: pathOf(id, '/check') }, campaignAnswer);
  const shown = await checked(id, work);
  stdout.write(options.isJson ? `${JSON.stringify(shown)}\n` : drawReport(shown, stdout));
  return shown.campaign.state === 'ready' ? 0 : 1;
}

async function checked(id: string, { api, stderr }: Work): Promise<CampaignShown> {
  const bar = progressBar(stderr);
  const startedAt = performance.now();
  for (;;) {
    const shown = await readCampaign(api, id);
    if (shown.campaign.state !== 'checking') {
      bar.clear();
      return shown;
    }
    bar.count('checking, seconds', Math.floor((performance.now() - startedAt) / 1000));
    await sleep(ASK_EVERY_MS);
  }
}
