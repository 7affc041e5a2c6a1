import { JSONPath } from "jsonpath-plus";
import { stackChecks } from "../../../delivery/health/stack-checks.ts";
import { resolveStack } from "../../../model/resolve/stack.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";
import { catalogue } from "../../../services/catalogue.ts";
import { renderedObjects } from "../../model/render/rendered-stack.ts";
import { expectResolved, migrations, resolveOwn, resolveWhole } from "../../model/stack-fixtures.ts";

/**
 * One fact of a seed: the line of the seed that states it, the fact, the rendered object and the place in it (JSONPath)
 * where it shows, and what stands there. A path that finds several values finds a list.
 */
export type Fact = readonly [line: number, fact: string, object: string, path: string, expected: unknown];

/** What a platform renders to, by `Kind/name`. */
export type PlatformObjects = ReadonlyMap<string, unknown>;

/**
 * Everything a platform renders to as it is declared (BizOSaaS: in the dev stack, whose namespace seed 004 gives). Five
 * kinds are not Kubernetes': `Contract`, what the reference workload is told to honour, `KongConfiguration`, `HealthCheck`,
 * what `fleet health` asks, `SyntheticCheck`, what a release has to answer, and `Stack`, what a whole stack resolves to.
 */
export function platformObjects(platform: string): PlatformObjects {
  const stack = platform === "bizosaas" ? onlyOf(resolveOwn("dev"), platform) : onlyOf(asDeclared(), platform);
  const objects = new Map<string, unknown>(renderedObjects(stack));
  for (const [name, object] of renderedObjects(stack)) {
    const contract: unknown = valuesAt(object, "$.data.REFERENCE_CONTRACT")[0];
    if (typeof contract === "string") objects.set(name.replace("ConfigMap/", "Contract/"), JSON.parse(contract));
  }
  const kong: unknown = valuesAt(objects.get("Secret/kong") ?? {}, "$.stringData.KONG_DECLARATIVE_CONFIG_STRING")[0];
  if (typeof kong === "string") objects.set("KongConfiguration/kong", JSON.parse(kong));
  for (const name of ["dev", "staging"] as const) objects.set(`Stack/${name}`, resolveWhole(name));
  for (const check of stackChecks(stack)) objects.set(`HealthCheck/${check.service}`, check);
  const declaration = catalogue.find(({ name }) => name === platform);
  for (const check of declaration?.syntheticChecks ?? []) objects.set(`SyntheticCheck/${check.name}`, check);
  return objects;
}

function asDeclared(): ResolvedStack {
  const secrets = catalogue.flatMap(({ name, services }) =>
    services.flatMap((service) => Object.keys(service.secrets ?? {}).map((secret) => `${name}.${secret}`)),
  );
  // Of Qdrant and Kong fleet builds no image: a stack that has them pins one.
  const pinned = (repository: string) => ({ kind: "pinned", repository, digest: `sha256:${"0".repeat(64)}` });
  const platforms = {
    ...Object.fromEntries(catalogue.map(({ name }) => [name, {}])),
    "draft-genie": { datastores: { qdrant: { kind: "inCluster", image: pinned("docker.io/qdrant/qdrant") } } },
    "user-whisperer": { services: { kong: { image: pinned("docker.io/library/kong") } } },
  };
  const values = { images: { registry: "localhost:5000/fleet" }, platforms };
  return expectResolved(resolveStack({ stack: "test", catalogue, raw: { values, secrets }, migrations }));
}

function onlyOf(stack: ResolvedStack, name: string): ResolvedStack {
  return { ...stack, platforms: stack.platforms.filter((platform) => platform.name === name) };
}

/** What stands at a path of an object; a name that ends in `*` is the first object whose name begins so. */
export function shownAt(objects: PlatformObjects, name: string, path: string): unknown {
  const found = name.endsWith("*") ? [...objects.keys()].find((key) => key.startsWith(name.slice(0, -1))) : name;
  if (found === undefined || !objects.has(found)) throw new Error(`Nothing renders ${name}.`);
  const values = valuesAt(objects.get(found), `$.${path}`);
  return values.length === 1 ? values[0] : values;
}

function valuesAt(json: unknown, path: string): readonly unknown[] {
  return JSONPath<unknown[]>({ path, json: json as object, wrap: true });
}

/** Where most facts show: the only container of a Deployment. */
export const CONTAINER = "spec.template.spec.containers[0]";

/** The facts that a service gets a variable from the platform's Secret, whose key it names. */
export function secretVariables(line: number, service: string, secret: string, names: readonly string[]): Fact[] {
  return names.map((name) => [
    line,
    `${service} gets ${name} from ${secret}`,
    `Deployment/${service}`,
    `${CONTAINER}.env[?(@.name=='${name}')].valueFrom.secretKeyRef[name,key]`,
    [secret, name],
  ]);
}
