import { memberOf } from '../shared/json/json-source.ts';

export const WIDGET_VIEWS = ['campaigns', 'channels', 'letters'] as const;

export type WidgetView = (typeof WIDGET_VIEWS)[number];

/** What a dashboard asks for. `describe`: how the widget is used, in Markdown. */
export type WidgetRequest = WidgetView | 'describe' | undefined;

/**
 * Reads what CloudWatch calls the function of a custom widget with.
 *
 * @returns undefined for a view that there is not
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export function readWidgetRequest(event: unknown): WidgetRequest {
  if (memberOf(event, 'describe') === true) return 'describe';
  const view = memberOf(event, 'view');
  return WIDGET_VIEWS.find((one) => one === view);
}
