import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { emailNotifier } from "../../../../delivery/release/notify/email.ts";
import { notifyAll } from "../../../../delivery/release/notify/notifier.ts";
import { pagerdutyNotifier } from "../../../../delivery/release/notify/pagerduty.ts";
import { slackNotifier } from "../../../../delivery/release/notify/slack.ts";
import type { NotifierPort } from "../../../../delivery/release/ports.ts";
import type { Notification } from "../../../../delivery/release/state.ts";

const CRITICAL: Notification = {
  key: "r2.1.9.notify",
  severity: "critical",
  release: "r2",
  platform: "sophia",
  title: "sophia v1.1.0: frozen, a person has to decide",
  text: "<@channel> & more",
};
const SOON = { retries: 3, firstMs: 1 };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A real receiver on the loopback interface: what came in, by path and body, and its answers in turn. */
async function receiver(...statuses: readonly number[]): Promise<{ readonly url: string; readonly bodies: unknown[] }> {
  const bodies: unknown[] = [];
  const answer: RequestListener = (request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      response.statusCode = statuses[bodies.length] ?? 200;
      bodies.push(JSON.parse(text));
      response.end("ok");
    });
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook-with-a-token`, bodies };
}

async function mailServer(
  options: SMTPServerOptions = {},
): Promise<{ readonly url: string; readonly mails: string[] }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    // There is no name service to ask.
    disableReverseLookup: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _session, done) => {
      let text = "";
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
      stream.on("end", () => {
        mails.push(text);
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(resolve);
      }),
  );
  return { url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, mails };
}

const send = (port: NotifierPort, notification: Notification = CRITICAL) =>
  port.notify(notification, new AbortController().signal);

describe("a notification", () => {
  it("reaches Slack, its text unable to mention anybody", async () => {
    const slack = await receiver();
    await send(slackNotifier(slack.url));
    const section = {
      type: "section",
      text: { type: "mrkdwn", text: `*${CRITICAL.title}*\n&lt;@channel&gt; &amp; more` },
    };
    expect(slack.bodies).toEqual([{ text: CRITICAL.title, attachments: [{ color: "#e01e5a", blocks: [section] }] }]);
  });

  it("reaches PagerDuty as one incident a release", async () => {
    const pagerduty = await receiver();
    await send(pagerdutyNotifier("routing-key", pagerduty.url));
    expect(pagerduty.bodies).toEqual([
      {
        routing_key: "routing-key",
        event_action: "trigger",
        dedup_key: "fleet/sophia/r2",
        payload: {
          summary: CRITICAL.title,
          source: "fleet/sophia",
          severity: "critical",
          component: "sophia",
          custom_details: { release: "r2", notification: CRITICAL.key, text: CRITICAL.text },
        },
      },
    ]);
  });

  it("calls nobody out by PagerDuty unless it is critical", async () => {
    const pagerduty = await receiver();
    await send(pagerdutyNotifier("routing-key", pagerduty.url), { ...CRITICAL, severity: "warning" });
    expect(pagerduty.bodies).toEqual([]);
  });

  it("reaches people by mail, under an identity of its own", async () => {
    const { url, mails } = await mailServer();
    await send(emailNotifier({ server: url, from: "fleet@example.test", to: ["a@example.test", "b@example.test"] }));
    expect(mails[0]).toContain(`Subject: ${CRITICAL.title}`);
    expect(mails[0]).toContain("To: a@example.test, b@example.test");
    expect(mails[0]).toContain("Message-ID: <r2.1.9.notify@fleet>");
    expect(mails[0]).toContain("<@channel> & more");
  });
});

describe("a receiver in trouble", () => {
  it("gets it at the next try", async () => {
    const slack = await receiver(503, 429, 200);
    await send(notifyAll([slackNotifier(slack.url)], SOON));
    expect(slack.bodies).toHaveLength(3);
  });

  it("is given up after the last try, without its address in the message", async () => {
    const slack = await receiver(500, 500, 500, 500);
    await expect(send(notifyAll([slackNotifier(slack.url)], SOON))).rejects.toThrow(/^Slack answered HTTP 500$/);
    expect(slack.bodies).toHaveLength(4);
  });

  it("is not asked again when it will not change its mind", async () => {
    const slack = await receiver(404);
    await expect(send(notifyAll([slackNotifier(slack.url)], SOON))).rejects.toThrow("Slack answered HTTP 404");
    expect(slack.bodies).toHaveLength(1);
  });

  it("that redirects gets nothing sent elsewhere", async () => {
    const slack = await receiver(302);
    await expect(send(notifyAll([slackNotifier(slack.url)], SOON))).rejects.toThrow("Slack answered HTTP 302");
  });

  it("keeps it from no other receiver", async () => {
    const mail = await mailServer();
    const pagerduty = await receiver();
    const port = notifyAll(
      [
        slackNotifier("http://127.0.0.1:9/hook-with-a-token"),
        pagerdutyNotifier("routing-key", pagerduty.url),
        emailNotifier({ server: mail.url, from: "fleet@example.test", to: ["a@example.test"] }),
      ],
      SOON,
    );
    await expect(send(port)).rejects.toThrow(/^Slack does not answer \((ECONNREFUSED|TypeError)\)$/);
    expect([pagerduty.bodies.length, mail.mails.length]).toEqual([1, 1]);
  });

  it("that is no mail server at all is given up within its time limit", async () => {
    const silent = createTcpServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => silent.close(resolve)));
    const server = `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const mail = emailNotifier({ server, from: "f@example.test", to: ["a@example.test"] }, 50);
    await expect(send(mail)).rejects.toThrow(/^the mail server does not take it \(ETIMEDOUT\)$/);
  });

  it("that refuses a mail for good is not asked again, and is not quoted", async () => {
    let asked = 0;
    const mail = await mailServer({
      onMailFrom: (_address, _session, done) => {
        asked += 1;
        done(Object.assign(new Error("no mail from user:password"), { responseCode: 550 }));
      },
    });
    const port = notifyAll([emailNotifier({ server: mail.url, from: "f@example.test", to: ["a@example.test"] })], SOON);
    await expect(send(port)).rejects.toThrow(/^the mail server does not take it \(SMTP 550\)$/);
    expect(asked).toBe(1);
  });
});
