import type { NotifierPort } from "../ports.ts";
import type { Notification } from "../state.ts";
import { postJson } from "./http-post.ts";

const COLORS = { info: "#2eb67d", warning: "#ecb22e", critical: "#e01e5a" } as const satisfies Record<
  Notification["severity"],
  string
>;

/**
 * Posts every notification to a Slack channel (seed 003, SLACK_WEBHOOK_URL; Slack: "Sending messages using incoming
 * webhooks").
 *
 * @param webhookUrl a secret: whoever has it may post.
 */
export function slackNotifier(webhookUrl: string): NotifierPort {
  return {
    notify: (notification, signal) => postJson(webhookUrl, slackMessage(notification), "Slack", signal),
  };
}

/** Slack's own three characters are escaped, so that no service's name can mention or link. */
export function slackMessage({ severity, title, text }: Notification) {
  const color = COLORS[severity];
  const section = {
    type: "section",
    text: { type: "mrkdwn", text: `*${escaped(title)}*\n${escaped(text)}`.slice(0, 3_000) },
  };
  return { text: escaped(title), attachments: [{ color, blocks: [section] }] };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
