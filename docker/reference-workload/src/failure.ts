/** Plain words for what sockets and resolvers report by code. */
const wordings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection closed",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  ENOTFOUND: "host name not found",
  EAI_AGAIN: "host name not resolved",
  ETIMEDOUT: "connection timed out",
};

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  // fetch wraps the socket's error, and a host with several addresses gives an AggregateError.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error ? codeOf(error.cause) : undefined;
}

/** The passwords inside a URL, as written and decoded: what must never be printed. */
export function passwordsIn(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  if (password === "") return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/** One line that says why a link does not answer; secrets and URL credentials are masked. */
export function describeFailure(error: unknown, secrets: readonly string[] = []): string {
  const wording = wordings[codeOf(error) ?? ""];
  if (wording !== undefined) return wording;
  const message = error instanceof Error ? error.message : String(error);
  const line = (message.split("\n")[0] ?? "").trim();
  const masked = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), line);
  return masked.replaceAll(/\/\/[^\s/@]*@/g, "//***@").slice(0, 200) || "unknown error";
}
