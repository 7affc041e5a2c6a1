import * as pulumi from "@pulumi/pulumi";
import { readConfiguration } from "./components/configuration.ts";
import { deploy, type DeploymentOutputs } from "./components/deployment.ts";
import { readMigrations } from "./migrations/read.ts";
import { formatIssues } from "./model/issue.ts";
import { resolveStack } from "./model/resolve/stack.ts";
import { catalogue } from "./services/catalogue.ts";

/** The program: reads the stack, resolves it, registers it. Nothing is registered unless all of it resolves. */
export default function program(): Promise<DeploymentOutputs> {
  const root = import.meta.dirname;
  const { raw, secrets } = readConfiguration();
  const platforms = catalogue.map((platform) => platform.name);
  const resolution = resolveStack({
    stack: pulumi.getStack(),
    catalogue,
    raw,
    migrations: readMigrations(root, platforms),
  });
  if (!resolution.ok) return Promise.reject(new pulumi.RunError(formatIssues(resolution.issues)));
  return Promise.resolve(deploy(resolution.value, secrets, root));
}
