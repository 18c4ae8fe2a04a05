import type { DashboardAnswer, Widget, WidgetAlarm } from '../../answers.ts';
import { Chart } from '../parts/chart.tsx';
import { Drawn } from '../parts/drawn.tsx';
import { Fault, Wait } from '../parts/pieces.tsx';
import { usePolled } from '../use-polled.ts';

const EVERY_MS = 5_000;

/** What CloudWatch shows once it is deployed, drawn from what this machine measures. */
export function Dashboard() {
  const { value, fault } = usePolled('dashboard', {}, EVERY_MS);
  if (value === undefined) return fault === undefined ? <Wait /> : <Fault says={fault} />;
  return (
    <>
      <p class="note">
        This is the dashboard of the template, as CloudWatch will show it, drawn from the last ten
        minutes of this machine.
      </p>
      <Fault says={fault} />
      <Rows dashboard={value} />
    </>
  );
}

function Rows({ dashboard: { rows, times } }: { readonly dashboard: DashboardAnswer }) {
  return (
    <div class="rows">
      {rows.map((widgets, row) => (
        <div key={`${row}`} class={`row of-${widgets.length}`}>
          {widgets.map((widget, index) => (
            <section key={`${index}`} class="widget">
              <Shown widget={widget} times={times} />
            </section>
          ))}
        </div>
      ))}
    </div>
  );
}

function Shown({ widget, times }: { readonly widget: Widget; readonly times: readonly number[] }) {
  switch (widget.kind) {
    case 'text':
      return <Text text={widget.text} />;
    case 'alarms':
      return <Alarms alarms={widget.alarms} />;
    case 'drawn':
      return <Drawn title={widget.title} html={widget.html} />;
    case 'chart':
      return widget.isMeasured ? (
        <Chart title={widget.title} lines={widget.lines} times={times} />
      ) : (
        <figure class="chart">
          <figcaption>{widget.title}</figcaption>
          <p class="note">Nothing was measured yet.</p>
        </figure>
      );
  }
}

/** The little of Markdown that the dashboard's text has. */
function Text({ text }: { readonly text: string }) {
  const { headings = [], words = [] } = Object.groupBy(text.split('\n'), (line) =>
    line.startsWith('# ') ? 'headings' : 'words',
  );
  return (
    <>
      {headings.map((line) => (
        <h2 key={line}>{line.slice(2)}</h2>
      ))}
      <p>{words.join(' ').replaceAll('**', '').replaceAll('`', '')}</p>
    </>
  );
}

function Alarms({ alarms }: { readonly alarms: readonly WidgetAlarm[] }) {
  const { speaking = [], silent = [] } = Object.groupBy(alarms, ({ isSpeaking }) =>
    isSpeaking ? 'speaking' : 'silent',
  );
  const title =
    speaking.length === 0
      ? `${alarms.length} alarms, none speaks`
      : `${speaking.length} of ${alarms.length} alarms speak`;
  return (
    <>
      <h2>{title}</h2>
      <AlarmList alarms={speaking} tone="bad" />
      <details>
        <summary>Those that are silent</summary>
        <AlarmList alarms={silent} tone="good" />
      </details>
    </>
  );
}

function AlarmList({
  alarms,
  tone,
}: {
  readonly alarms: readonly WidgetAlarm[];
  readonly tone: 'good' | 'bad';
}) {
  return (
    <ul class="alarms">
      {alarms.map(({ name, says, runbook }) => (
        <li key={name} class={tone}>
          <span class={`dot ${tone}`} aria-hidden="true" />
          <a href={`/console/runbook.html#${runbook ?? ''}`} title={says}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  );
}
