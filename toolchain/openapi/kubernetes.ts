import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { goModuleSource } from "../go/download.ts";
import { pinnedVersion } from "../go/modules.ts";
import type { Progress } from "../progress.ts";
import { customResourceOpenApi } from "./custom-resources.ts";
import { CUSTOM_RESOURCES, readDefinitions } from "./definitions.ts";
import { strictSchema, type OpenApi } from "./strict-schema.ts";

/** Where the schema stands in the repository, from its root. */
export const KUBERNETES_SCHEMA = "schema/kubernetes.schema.json";

const MODULE = "k8s.io/kubernetes";

/** The API groups whose kinds the stacks and their clusters hold. */
const GROUPS = [
  "api__v1",
  "apis__admissionregistration.k8s.io__v1",
  "apis__apps__v1",
  "apis__autoscaling__v2",
  "apis__batch__v1",
  "apis__networking.k8s.io__v1",
  "apis__policy__v1",
  "apis__rbac.authorization.k8s.io__v1",
  "apis__scheduling.k8s.io__v1",
];

/**
 * The text of `schema/kubernetes.schema.json`: the OpenAPI of the pinned Kubernetes and of the pinned custom resources,
 * made strict.
 *
 * Kubernetes publishes it inside its own Go module, which the local cluster is built from.
 */
export async function kubernetesSchema(progress: Progress): Promise<string> {
  const documents = await Promise.all([
    ...GROUPS.map((group) => publishedOpenApi(group, progress)),
    ...customResources(progress),
  ]);
  const version = await pinnedVersion("kubernetes", MODULE);
  const custom = await Promise.all(
    CUSTOM_RESOURCES.map(async ({ module }) => `${module} ${await pinnedVersion("crds", module)}`),
  );
  const comment = `Made strict of ${[`${MODULE} ${version}`, ...custom].join(", ")} by npm run generate:schema.`;
  return `${JSON.stringify(strictSchema(comment, documents), null, 1)}\n`;
}

async function publishedOpenApi(group: string, progress: Progress): Promise<OpenApi> {
  const source = await goModuleSource("kubernetes", MODULE, progress);
  const text = await readFile(join(source, "api", "openapi-spec", "v3", `${group}_openapi.json`), "utf8");
  return JSON.parse(text) as OpenApi;
}

function customResources(progress: Progress): readonly Promise<OpenApi>[] {
  return CUSTOM_RESOURCES.map(async (source) =>
    customResourceOpenApi(await readDefinitions(source, progress), source.kinds),
  );
}
