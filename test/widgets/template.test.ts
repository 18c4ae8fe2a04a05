import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { aTemplate, propertiesOf } from '../lib/synthesized.ts';

const template = aTemplate();

/** A body is joined of text and of references, which count as their text. */
function dashboardText(): string {
  const [dashboard] = Object.values(propertiesOf(template, 'AWS::CloudWatch::Dashboard'));
  return z.string().parse(dashboard.DashboardBody);
}

describe('the widgets of the dashboard', () => {
  test('are drawn by one function, each with its view', () => {
    const text = dashboardText();
    for (const view of ['campaigns', 'channels', 'letters']) {
      expect(text).toContain(`"params":{"view":"${view}"}`);
    }
    expect(text.match(/"type":"custom"/g)).toHaveLength(3);
    expect(text).toContain('"endpoint":"<FloodgateWidgetsDrawerFunction.Arn>"');
  });

  test('are about all dead-letter queues', () => {
    const [widgets] = Object.values(propertiesOf(template, 'AWS::Lambda::Function')).filter(
      ({ Environment }) => 'DEAD_LETTER_QUEUES' in (Environment?.Variables ?? {}),
    );
    const queues = z.record(z.string(), z.string());
    const looked = queues.parse(JSON.parse(widgets.Environment.Variables.DEAD_LETTER_QUEUES));
    const all = Object.keys(propertiesOf(template, 'AWS::SQS::Queue')).filter((id) =>
      id.includes('DeadLetter'),
    );
    expect(Object.values(looked).toSorted()).toEqual(all.map((id) => `<${id}>`).toSorted());
  });
});
