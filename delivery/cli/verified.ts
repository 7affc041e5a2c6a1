import type { ResolvedStack } from "../../model/resolve/resolved.ts";
import { refusedImages } from "../signature/refused-images.ts";
import { invalidInput } from "./failure.ts";

/** Ends the command with every image that the stack pins and its keys do not vouch for. */
export async function requireVerified(stack: ResolvedStack): Promise<void> {
  const refused = await refusedImages(stack);
  if (refused.length > 0) throw invalidInput(refused);
}
