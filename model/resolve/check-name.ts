import type { LinkTarget } from "../declaration/link.ts";
import type { TaskDeclaration } from "../declaration/task.ts";
import { DNS_LABEL, NAME_LIMIT } from "../name.ts";
import { objectName, platformPath, type PlatformContext } from "./context.ts";

// A StatefulSet's pods carry its name and a hash of up to 11 characters in one label (kubernetes/kubernetes#64023), a
// CronJob's Jobs its name and the time (Kubernetes: CronJob).
const SUFFIXED_LIMIT = NAME_LIMIT - 11;

/** Reports a name that cannot be a DNS name, or that something derived from it could not hold. */
export function checkName(context: PlatformContext, target: LinkTarget | TaskDeclaration): void {
  const platform = context.platform.name;
  const name = objectName(context, target);
  const limit = ["datastore", "cronJob"].includes(target.kind) ? SUFFIXED_LIMIT : NAME_LIMIT;
  if (name.length <= limit && DNS_LABEL.test(name)) return;
  context.report({
    path: `services.${platform}.${target.name}.name`,
    problem: `its DNS name would be ${name.length} characters long or is not a DNS label`,
    value: name,
    allowed: `at most ${limit} lower-case letters, digits and -, the platform's prefix included`,
    fix: `choose a shorter name in services/${platform}/`,
  });
}

/** Reports a namespace that comes from the platform's own name and is no DNS label; a stack's own is checked already. */
export function checkNamespace(context: PlatformContext): void {
  if (context.namespace.length <= NAME_LIMIT && DNS_LABEL.test(context.namespace)) return;
  context.report({
    path: platformPath(context, "namespace"),
    problem: "the platform's name is no name for a namespace",
    value: context.namespace,
    allowed: `at most ${NAME_LIMIT} lower-case letters, digits and -`,
    fix: "name a namespace here",
  });
}
