import { createTransport } from "nodemailer";
import type { NotifierPort } from "../ports.ts";
import { ReceiverError } from "./http-post.ts";

/** Where mail goes, and by which server. */
export interface EmailSettings {
  /** `smtp://host:port` or `smtps://user:password@host`: a secret where it holds a password. */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** How long the server has for each of its steps, in milliseconds. */
const STEP_LIMIT = 5_000;

/** Mails every notification to the stakeholders (seed 003, "Email notifications for stakeholders"). */
export function emailNotifier({ server, from, to }: EmailSettings, stepLimitMs = STEP_LIMIT): NotifierPort {
  return {
    notify: async ({ title, text, key }) => {
      const transport = createTransport(withLimits(server, stepLimitMs));
      try {
        // The same notification is the same mail, so that a mail server may drop the second.
        await transport.sendMail({ from, to: [...to], subject: title, text, messageId: `<${key}@fleet>` });
      } catch (error) {
        throw new ReceiverError(`the mail server does not take it (${codeOf(error)})`, isPassing(error));
      } finally {
        transport.close();
      }
    },
  };
}

/** The server's address with our time limits; options of a connection are part of its URL. */
function withLimits(server: string, stepLimitMs: number): string {
  const url = new URL(server);
  for (const limit of ["connectionTimeout", "greetingTimeout", "socketTimeout"]) {
    url.searchParams.set(limit, String(stepLimitMs));
  }
  return url.href;
}

/** Never the server's own words: they may quote an address or a login. */
function codeOf(error: unknown): string {
  const status = statusOf(error);
  if (status !== undefined) return `SMTP ${status}`;
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "no answer";
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "responseCode" in error && typeof error.responseCode === "number"
    ? error.responseCode
    : undefined;
}

/** RFC 5321, 4.2.1: replies from 500 are permanent. */
function isPassing(error: unknown): boolean {
  return (statusOf(error) ?? 0) < 500;
}
