import type { PlatformDeclaration } from "../model/declaration/platform.ts";
import { bizosaas } from "./bizosaas/platform.ts";
import { draftGenie } from "./draft-genie/platform.ts";
import { sophia } from "./sophia/platform.ts";
import { userWhisperer } from "./user-whisperer/platform.ts";

/** Every platform that fleet knows. A stack deploys those that it names. */
export const catalogue: readonly PlatformDeclaration[] = [sophia, draftGenie, userWhisperer, bizosaas];
