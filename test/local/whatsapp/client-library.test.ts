import { expect, onTestFinished, test } from 'vitest';
import { WhatsAppAPI } from 'whatsapp-api-js';
import {
  ActionButtons,
  Body,
  BodyComponent,
  BodyParameter,
  Button,
  HeaderComponent,
  HeaderParameter,
  Image,
  Interactive,
  Language,
  Template,
  Text,
  URLComponent,
} from 'whatsapp-api-js/messages';
import { serveWhatsApp } from '../../../local/whatsapp/serve-whatsapp.ts';
import { NUMBER, SOFIA, TOKENS } from './worlds.ts';

/** The library as it is; what it would call at Meta goes to the stand-in. */
async function aLibrary(version = 'v24.0') {
  const whatsapp = await serveWhatsApp({ tokens: TOKENS });
  onTestFinished(() => whatsapp.close());
  const redirected: typeof fetch = (url, request) =>
    fetch(String(url).replace('https://graph.facebook.com', whatsapp.url), request);
  const library = new WhatsAppAPI({
    ...{ token: TOKENS.meta, appSecret: 'local-app-secret', v: version },
    ponyfill: { fetch: redirected },
  });
  return { whatsapp, library };
}

async function writes(url: string): Promise<void> {
  const path = `${url}/stand-in/people/${SOFIA}/messages`;
  // Nobody takes the webhook, and the answer would wait for that.
  void fetch(path, { method: 'POST', body: JSON.stringify({ text: 'hola' }) }).catch(
    () => undefined,
  );
  await expect
    .poll(async () => await (await fetch(`${url}/stand-in/people`)).json())
    .toMatchObject({ people: [{ wrote: 1 }] });
}

/** The phone wins where both are known. */
const to = { phone: `+${SOFIA}`, bsuid: 'MX.12345678901234567890' };
const taken = { contacts: [{ wa_id: SOFIA }], messages: [{ message_status: 'accepted' }] };

test('an unmodified library is refused outside the window, and sends a text and buttons within it', async () => {
  const { whatsapp, library } = await aLibrary();
  const refused = await library.sendMessage(NUMBER, to, new Text('hi'));
  expect(refused).toMatchObject({ error: { code: 131_047 } });

  await writes(whatsapp.url);
  const text = await library.sendMessage(NUMBER, to, new Text('hi', true), undefined, 'mark');
  const buttons = new ActionButtons(new Button('yes', 'Yes'), new Button('no', 'No'));
  const choice = new Interactive(buttons, new Body('Tulips?'));
  expect(text).toMatchObject(taken);
  expect(await library.sendMessage(NUMBER, to, choice)).toMatchObject(taken);
  expect((await whatsapp.world()).ledger.receipts).toMatchObject([
    { type: 'text', text: 'hi', mark: 'mark' },
    { type: 'interactive', text: 'Tulips?' },
  ]);
});

test('an unmodified library uploads a file, fetches it, sends it in a message and in a template, and deletes it', async () => {
  const { whatsapp, library } = await aLibrary();
  await writes(whatsapp.url);
  const form = new FormData();
  form.set('file', new Blob(['a picture'], { type: 'image/png' }), 'tulips.png');
  const uploaded = await library.uploadMedia(NUMBER, form);
  if (!('id' in uploaded)) throw new Error('nothing was uploaded');
  const { id } = uploaded;

  const described = await library.retrieveMedia(id);
  if (!('url' in described)) throw new Error('nothing was described');
  expect(described).toMatchObject({ id, mime_type: 'image/png' });
  expect(await (await library.fetchMedia(described.url)).text()).toBe('a picture');

  const picture = new Image(id, true, 'tulips');
  expect(await library.sendMessage(NUMBER, to, picture)).toMatchObject(taken);
  const offer = new Template(
    ...(['spring_offer', new Language('en_US')] as const),
    new HeaderComponent(new HeaderParameter(new Image(id, true))),
    new BodyComponent(new BodyParameter('Sofía')),
    new URLComponent('tulips'),
  );
  expect(await library.sendMessage(NUMBER, to, offer)).toMatchObject(taken);
  expect((await whatsapp.world()).ledger.receipts.map(({ text }) => text)).toEqual([
    'tulips',
    'Hi Sofía, tulips are half price until Sunday 🌷',
  ]);

  expect(await library.deleteMedia(id)).toEqual({ success: true });
  expect(await library.retrieveMedia(id)).toMatchObject({ error: { code: 100 } });
  expect(await library.sendMessage(NUMBER, to, picture)).toMatchObject({ error: { code: 100 } });
});

test('an unmodified library is told that its version is none', async () => {
  const { library } = await aLibrary('v19.0');
  expect(await library.sendMessage(NUMBER, to, new Text('hi'))).toMatchObject({
    error: { code: 2500 },
  });
});
