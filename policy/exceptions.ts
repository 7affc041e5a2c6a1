import type { Exception } from "./exception.ts";

/** Every exception from a rule that is in force. None is needed today. */
export const exceptions: readonly Exception[] = [];
