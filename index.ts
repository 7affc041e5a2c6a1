import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "./components/configuration.ts";
import { deploy, type DeploymentOutputs } from "./components/deployment.ts";
import { refusedImages } from "./delivery/signature/refused-images.ts";
import { readMigrations } from "./migrations/read.ts";
import { formatIssues } from "./model/issue.ts";
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
  if (!resolution.ok) throw new pulumi.RunError(formatIssues(resolution.issues));
  const refused = await refusedImages(resolution.value);
  if (refused.length > 0) throw new pulumi.RunError(formatIssues(refused));
  return deploy(resolution.value, secrets, root);
}
