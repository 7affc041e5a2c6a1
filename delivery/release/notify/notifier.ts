import pRetry from "p-retry";
import type { NotifierPort } from "../ports.ts";
import { ReceiverError } from "./http-post.ts";

/** How often and how soon a notification is sent again. */
export interface RetryTiming {
  readonly retries: number;
  /** Before the first retry, in milliseconds; each later one waits twice as long. */
  readonly firstMs: number;
}

/** Three more tries in seven seconds: a receiver that restarts gets it, and no release waits long for its end. */
export const DEFAULT_RETRY: RetryTiming = { retries: 3, firstMs: 1_000 };

/**
 * Sends to all receivers at once, each tried again by itself while there is hope.
 *
 * @throws ReceiverError that names every receiver which did not get it; the others have.
 */
export function notifyAll(receivers: readonly NotifierPort[], retry: RetryTiming = DEFAULT_RETRY): NotifierPort {
  return {
    notify: async (notification, signal) => {
      const outcomes = await Promise.allSettled(
        receivers.map((receiver) =>
          pRetry(() => receiver.notify(notification, signal), {
            retries: retry.retries,
            minTimeout: retry.firstMs,
            signal,
            shouldRetry: ({ error }) => error instanceof ReceiverError && error.passing,
          }),
        ),
      );
      const problems = outcomes.flatMap((outcome) =>
        outcome.status === "rejected" ? [outcome.reason instanceof Error ? outcome.reason.message : "no answer"] : [],
      );
      if (problems.length > 0) throw new ReceiverError(problems.join("; "), false);
    },
  };
}
