import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { missingSources } from "../../model/resolve/image-issues.ts";
import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { refusedImages } from "../signature/refused-images.ts";
import { invalidInput } from "./failure.ts";
import { ROOT } from "./stack-file.ts";

/**
 * Ends the command with every image that cannot be deployed: it has no digest in a stack that builds nothing, no folder to
 * be built from, or no signature that the stack trusts.
 */
export async function requireVerified(stack: ResolvedStack): Promise<void> {
  const missing = missingSources(stack.images, (context) => existsSync(resolve(ROOT, context)));
  const refused = [...missing, ...(await refusedImages(stack))];
  if (refused.length > 0) throw invalidInput(refused);
}
