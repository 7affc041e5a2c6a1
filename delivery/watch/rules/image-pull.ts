import { countOf, eventsAbout, firstSeen, secondsSince } from "../snapshot.ts";
import { THRESHOLDS } from "../thresholds.ts";
import { shortened, startOf, type ContainerRule } from "./finding.ts";

const REASONS = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);
const HOPELESS = new Set(["InvalidImageName", "ErrImageNeverPull", "SignatureValidationFailed"]);

/** What registries and runtimes say when the image does not exist; a lookup of a host or a file is another matter. */
const NOT_FOUND = /manifest unknown|name unknown|code = NotFound|repository does not exist|: not found\b/i;
const MIGHT_PASS =
  /no such host|i\/o timeout|connection refused|connection reset|TLS handshake|deadline exceeded|status:? (code )?5\d\d/i;

/** An image that cannot be pulled: at once when the registry says there is none, after a second try otherwise. */
export const imagePull: ContainerRule = ({ found, status, image }, snapshot) => {
  const waiting = status.state?.waiting;
  const reason = waiting?.reason ?? "";
  if (!REASONS.has(reason)) return undefined;
  const failures = eventsAbout(snapshot, found.pod).filter(
    (event) => event.reason === "Failed" && /pull|inspect/i.test(event.message ?? "") && event.message?.includes(image),
  );
  const detail = (reason === "ImagePullBackOff" ? failures.at(-1)?.message : undefined) ?? waiting?.message ?? reason;
  const first = failures[0];
  const since = first ? firstSeen(first) : startOf(found, snapshot);
  const attempts = failures.reduce((sum, event) => sum + countOf(event), 0);
  const missing = NOT_FOUND.test(detail) && !MIGHT_PASS.test(detail);
  const fatal =
    missing ||
    HOPELESS.has(reason) ||
    attempts >= THRESHOLDS.pullAttempts ||
    secondsSince(snapshot, since) >= THRESHOLDS.pullSeconds;
  return { kind: "imagePull", fatal, cause: `image ${image} cannot be pulled: ${why(reason, detail)}`, detail, since };
};

function why(reason: string, detail: string): string {
  if (reason === "InvalidImageName") return "the name is not valid";
  if (reason === "ErrImageNeverPull") return "it is not on the node, and the pull policy is Never";
  if (NOT_FOUND.test(detail) && !MIGHT_PASS.test(detail)) return "the registry has no such image";
  if (/unauthorized|denied|authentication required|credentials|forbidden/i.test(detail)) return "access denied";
  const lastPart = detail.split(": ").slice(-2).join(": ");
  return shortened(lastPart, 120);
}
