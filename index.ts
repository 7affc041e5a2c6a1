import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "./components/configuration.ts";
import { deploy, type DeploymentOutputs } from "./components/deployment.ts";
import { readRevisions } from "./components/revisions.ts";
import { refusedImages } from "./delivery/signature/refused-images.ts";
import { readMigrations } from "./migrations/read.ts";
import { formatIssues } from "./model/issue.ts";
import { missingSources } from "./model/resolve/image-issues.ts";
import { resolveStack } from "./model/resolve/stack.ts";
import { catalogue } from "./services/catalogue.ts";

/** The program: reads the stack, resolves it, registers it. Nothing is registered unless all of it resolves and is signed. */
export default async function program(): Promise<DeploymentOutputs> {
  const root = import.meta.dirname;
  const { raw, secrets } = readConfiguration();
  const platforms = catalogue.map((platform) => platform.name);
  const resolution = resolveStack({
    stack: pulumi.getStack(),
    catalogue,
    raw,
    migrations: readMigrations(root, platforms),
  });
  const issues = resolution.ok
    ? missingSources(resolution.value.images, (context) => existsSync(resolve(root, context)))
    : resolution.issues;
  if (!resolution.ok || issues.length > 0) throw new pulumi.RunError(formatIssues(issues));
  const refused = await refusedImages(resolution.value);
  if (refused.length > 0) throw new pulumi.RunError(formatIssues(refused));
  const revisions = await readRevisions(root, resolution.value.images);
  return deploy(resolution.value, { secrets, root, revisions });
}
