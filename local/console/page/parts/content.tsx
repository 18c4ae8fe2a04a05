import type { Content } from '../../../../lambda/content/schema.ts';
import { Icon } from './icons.tsx';
import { Written } from './pieces.tsx';

/** What was said, of every kind. */
export function Said({ content }: { readonly content: Content }) {
  switch (content.kind) {
    case 'text':
      return <Text {...content} />;
    case 'choice':
      return (
        <p class="said choice">
          <Written text={content.title ?? content.id ?? 'several options'} />
        </p>
      );
    case 'flow':
      return <Facts title={content.text ?? content.name ?? 'A form'} json={content.answers} />;
    case 'location':
      return (
        <p class="said with-icon">
          <Icon name="place" />
          <Written
            text={content.name ?? content.address ?? `${content.latitude}, ${content.longitude}`}
          />
        </p>
      );
    case 'contacts':
      return (
        <ul class="said plain-list">
          {content.contacts.map(({ name, phones }) => (
            <li key={name}>
              <Written text={name} /> {phones.map(({ phone }) => phone).join(', ')}
            </li>
          ))}
        </ul>
      );
    case 'order':
      return (
        <ul class="said plain-list">
          {content.items.map((item) => (
            <li key={item.productId}>
              {item.quantity} × <Written text={item.name ?? item.productId} /> {item.price}{' '}
              {item.currency}
            </li>
          ))}
        </ul>
      );
    case 'reaction':
      return <p class="said big">{content.emoji ?? 'took the reaction back'}</p>;
    case 'deleted':
      return <p class="said told">deleted a message</p>;
    case 'edited':
      return (
        <>
          <Said content={content.content} />
          <p class="said told">edited</p>
        </>
      );
    default:
      return <Other content={content} />;
  }
}

function Text({ text, options }: Extract<Content, { kind: 'text' }>) {
  return (
    <>
      <p class="said">
        <Written text={text} />
      </p>
      {options.length > 0 && (
        <ul class="options" aria-label="Options">
          {options.map(({ id, title }) => (
            <li key={id ?? title}>
              <Written text={title} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type Rest = Exclude<
  Content,
  {
    kind:
      | 'text'
      | 'choice'
      | 'flow'
      | 'location'
      | 'contacts'
      | 'order'
      | 'reaction'
      | 'deleted'
      | 'edited';
  }
>;

function Other({ content }: { readonly content: Rest }) {
  switch (content.kind) {
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker':
      return (
        <p class="said with-icon">
          <Icon name="file" />
          <Written text={content.caption ?? content.fileName ?? content.kind} />
        </p>
      );
    case 'system':
      return (
        <p class="said told">
          <Written text={content.text ?? content.type} />
        </p>
      );
    case 'payment':
      return (
        <p class="said">{`payment ${content.status}: ${content.amount} ${content.currency}`}</p>
      );
    case 'call-permission':
      return <p class="said told">{`may be called: ${content.response}`}</p>;
    default:
      return <p class="said told">{`${content.kind}: ${content.type ?? 'nothing is told'}`}</p>;
  }
}

function Facts({ title, json }: { readonly title: string; readonly json: unknown }) {
  return (
    <div class="said">
      <Written text={title} />
      <pre>{JSON.stringify(json, undefined, 2)}</pre>
    </div>
  );
}
