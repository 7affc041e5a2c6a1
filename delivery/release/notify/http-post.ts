/** The receiver did not take it. The message holds no part of the address, which may be a secret. */
export class ReceiverError extends Error {
  override readonly name = "ReceiverError";
  /** Whether it may take it later. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

// Too many requests, and the server's own faults; any other answer stays the same however often one asks.
const isPassing = (status: number): boolean => status === 429 || status >= 500;

/** How long a receiver has for its answer, in milliseconds. */
const ANSWER_LIMIT = 5_000;

/**
 * Posts JSON.
 *
 * @throws ReceiverError when it does not answer, or not with 2xx.
 */
export async function postJson(url: string, body: unknown, receiver: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    // A redirect would carry the message to an address that nobody configured.
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT)]),
  }).catch((error: unknown) => {
    throw new ReceiverError(`${receiver} does not answer (${causeOf(error)})`, true);
  });
  // Read to its end, so that the connection can be used again.
  await answer.text().catch(() => undefined);
  if (!answer.ok) throw new ReceiverError(`${receiver} answered HTTP ${answer.status}`, isPassing(answer.status));
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  const { cause } = error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return error.name;
}
