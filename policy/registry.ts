import type { Rule } from "./rule.ts";
import { accessRules } from "./rules/access.ts";
import { availabilityRules } from "./rules/availability.ts";
import { containerRules } from "./rules/containers.ts";
import { imageRules } from "./rules/images.ts";
import { networkRules } from "./rules/network.ts";
import { ownershipRules } from "./rules/ownership.ts";
import { podSecurityRules } from "./rules/pod-security.ts";
import { referenceRules } from "./rules/references.ts";
import { schemaRules } from "./rules/schema.ts";
import { secretRules } from "./rules/secrets.ts";

/** Every rule there is: the one registry behind the unit tests, the CrossGuard pack and every other check. */
export const registry: readonly Rule[] = [
  ...schemaRules,
  ...podSecurityRules,
  ...containerRules,
  ...imageRules,
  ...secretRules,
  ...accessRules,
  ...networkRules,
  ...availabilityRules,
  ...referenceRules,
  ...ownershipRules,
];
