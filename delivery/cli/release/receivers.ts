import { emailNotifier } from "../../release/notify/email.ts";
import { notifyAll } from "../../release/notify/notifier.ts";
import { pagerdutyNotifier } from "../../release/notify/pagerduty.ts";
import { slackNotifier } from "../../release/notify/slack.ts";
import type { NotifierPort } from "../../release/ports.ts";

/**
 * Whom the environment names: Slack and PagerDuty by seed 003's names, e-mail by `FLEET_SMTP_URL`, `FLEET_MAIL_FROM` and
 * `FLEET_MAIL_TO` (comma-separated). All of them are optional; with none, each notification is recorded as not sent.
 */
export function receiversIn(environment: Readonly<Record<string, string | undefined>>): NotifierPort {
  const text = (name: string) => (environment[name] === "" ? undefined : environment[name]);
  const slack = text("SLACK_WEBHOOK_URL");
  const pagerduty = text("PAGERDUTY_INTEGRATION_KEY");
  const server = text("FLEET_SMTP_URL");
  const from = text("FLEET_MAIL_FROM");
  const to = text("FLEET_MAIL_TO");
  const receivers = [
    ...(slack === undefined ? [] : [slackNotifier(slack)]),
    ...(pagerduty === undefined ? [] : [pagerdutyNotifier(pagerduty)]),
    ...(server === undefined || from === undefined || to === undefined
      ? []
      : [emailNotifier({ server, from, to: to.split(",").map((one) => one.trim()) })]),
  ];
  if (receivers.length > 0) return notifyAll(receivers);
  return { notify: () => Promise.reject(new Error("nobody is named who should be told")) };
}
