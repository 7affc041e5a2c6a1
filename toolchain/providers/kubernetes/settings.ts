import { isAbsolute } from "node:path";
import { parse } from "yaml";
import { revealedMap, type PropertyMap, type PropertyValue } from "../protocol/values.ts";
import { isMap } from "../protocol/values.ts";
import { textAt } from "./object.ts";

/** The provider's settings that the stand-in honours. Client rate limits are left to the server's flow control. */
export interface KubernetesSettings {
  /** The content of a kubeconfig or the path of one; undefined means KUBECONFIG or ~/.kube/config. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  /** For objects that name none. Default: the API server's, `default`. */
  readonly namespace?: string;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly upsertExistingObjects: boolean;
  readonly enablePatchForce: boolean;
  /** Whether changed data updates in place. Default false: the object is replaced. */
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
}

/** Settings as the engine hands them over; switches can be set by the environment as with the official provider. */
export function kubernetesSettings(
  given: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
): KubernetesSettings {
  const text = (name: string) => given.get(name) || undefined;
  const flag = (name: string, variable: string) => (given.get(name) ?? environment[variable]) === "true";
  const [kubeconfig, context, cluster, namespace] = ["kubeconfig", "context", "cluster", "namespace"].map(text);
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(namespace === undefined ? {} : { namespace }),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    enableConfigMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
  };
}

/**
 * Which changed settings mean another cluster, so that everything in it has to be made anew.
 *
 * A cluster has no identity of its own. `clusterIdentifier` decides where it is given; otherwise the active cluster's
 * entry in the kubeconfig does, as in the official provider.
 */
export function settingsThatReplace(olds: PropertyMap, news: PropertyMap): string[] {
  const [before, after] = [revealedMap(olds), revealedMap(news)];
  const [oldName, newName] = [before["clusterIdentifier"], after["clusterIdentifier"]];
  if (oldName !== undefined && newName !== undefined) return oldName === newName ? [] : ["clusterIdentifier"];
  const [oldCluster, newCluster] = [activeCluster(before), activeCluster(after)];
  if (oldCluster === undefined || newCluster === undefined || oldCluster === newCluster) return [];
  return ["kubeconfig", "context", "cluster"].filter((key) => before[key] !== after[key]);
}

function activeCluster(settings: PropertyMap): string | undefined {
  const content = textAt(settings, "kubeconfig");
  if (content === "" || isPath(content)) return undefined;
  const config = parse(content) as PropertyValue;
  const contextName = textAt(settings, "context") || textAt(config, "current-context");
  const context = named(config, "contexts", contextName);
  const cluster = named(config, "clusters", textAt(settings, "cluster") || textAt(context, "context", "cluster"));
  return cluster === undefined ? undefined : JSON.stringify(cluster);
}

function named(config: PropertyValue, list: string, name: string): PropertyMap | undefined {
  const entries = isMap(config) ? config[list] : undefined;
  return Array.isArray(entries) ? entries.filter(isMap).find((entry) => entry["name"] === name) : undefined;
}

/** Whether a `kubeconfig` setting is a path: one line that is no YAML mapping. */
export function isPath(kubeconfig: string): boolean {
  return !kubeconfig.includes("\n") && (isAbsolute(kubeconfig) || !/[:{]/.test(kubeconfig));
}
