import type { NotifierPort } from "../ports.ts";
import type { Notification } from "../state.ts";
import { postJson } from "./http-post.ts";

/** PagerDuty's own receiver of events (Events API v2). */
export const PAGERDUTY_EVENTS = "https://events.pagerduty.com/v2/enqueue";

/**
 * Calls somebody out for critical notifications, and for those only (seed 003: "PagerDuty integration for critical
 * failures").
 *
 * @param routingKey seed 003's PAGERDUTY_INTEGRATION_KEY, a secret.
 */
export function pagerdutyNotifier(routingKey: string, url = PAGERDUTY_EVENTS): NotifierPort {
  return {
    notify: async (notification, signal) => {
      if (notification.severity !== "critical") return;
      await postJson(url, pagerdutyEvent(notification, routingKey), "PagerDuty", signal);
    },
  };
}

/** One incident a release: what follows in the same release is added to it. */
export function pagerdutyEvent({ platform, release, key, title, text }: Notification, routingKey: string) {
  return {
    routing_key: routingKey,
    event_action: "trigger",
    dedup_key: `fleet/${platform}/${release}`,
    payload: {
      summary: title.slice(0, 1_024),
      source: `fleet/${platform}`,
      severity: "critical",
      component: platform,
      custom_details: { release, notification: key, text },
    },
  };
}
