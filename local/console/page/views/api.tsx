import { useEffect, useState } from 'preact/hooks';
import { saidBy } from '../ask.ts';
import { type ApiOperation, type ApiRoom, roomsOf } from '../open-api.ts';
import { Badge, Fault, type Tone, Wait } from '../parts/pieces.tsx';
import type { ViewProps } from '../view-props.ts';

/** The OpenAPI document, to be read. */
export function Api({ overview }: ViewProps) {
  const [rooms, setRooms] = useState<readonly ApiRoom[]>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    fetch('/console/openapi.json')
      .then((response) => response.json())
      .then((document) => setRooms(roomsOf(document)))
      .catch((error: unknown) => setFault(saidBy(error)));
  }, []);
  if (rooms === undefined) return fault === undefined ? <Wait /> : <Fault says={fault} />;
  return (
    <div class="api">
      <p class="note">
        {overview.isLocal
          ? 'On this machine it is open on loopback: '
          : 'Each call is signed (SigV4, service execute-api): '}
        <code>{overview.url}</code>. <a href="/console/openapi.json">The document</a> has all of it.
      </p>
      {rooms.map(({ name, operations }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          {operations.map((one) => (
            <Operation key={`${one.method} ${one.path}`} operation={one} />
          ))}
        </section>
      ))}
    </div>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  GET: 'good',
  POST: 'warn',
  PATCH: 'warn',
  PUT: 'warn',
  DELETE: 'bad',
};

function Operation({ operation }: { readonly operation: ApiOperation }) {
  const { method, path, summary, parameters, input, output, example } = operation;
  return (
    <details class="operation">
      <summary>
        <Badge tone={TONES[method] ?? 'calm'}>{method}</Badge>
        <code>{path}</code>
        <span>{summary}</span>
      </summary>
      <dl class="facts">
        {parameters.map(({ name, says }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
        {input !== undefined && (
          <div>
            <dt>takes</dt>
            <dd>{input}</dd>
          </div>
        )}
        {output !== undefined && (
          <div>
            <dt>answers</dt>
            <dd>{output}</dd>
          </div>
        )}
      </dl>
      {example !== undefined && <pre tabIndex={0}>{JSON.stringify(example, undefined, 2)}</pre>}
    </details>
  );
}
