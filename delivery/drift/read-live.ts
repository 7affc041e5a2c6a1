import { isPlainObject, type PlainObject } from "../../model/overlay.ts";
import { resourcePath, type ResourceAddress } from "../../model/resource-path.ts";
import { ClusterAccessError } from "../cluster-client/access-error.ts";
import type { Cluster } from "../cluster-client/cluster.ts";
import { NoAnswerError } from "../cluster-client/http-get.ts";
import { place, type LiveObjects } from "./drift.ts";
import type { RecordedObject } from "./recorded.ts";

const TIMEOUT_MS = 10_000;
/** A list of a few hundred Deployments with their managed fields takes some megabytes. */
const LIST_LIMIT = 64 * 2 ** 20;

/**
 * Reads what the state names: whole kinds in each of its namespaces, so that what was added shows too; objects that are
 * in no namespace one by one.
 *
 * @throws ClusterAccessError when the API server does not answer, or refuses for another reason than rights.
 */
export async function readLive(cluster: Cluster, recorded: readonly RecordedObject[]): Promise<LiveObjects> {
  const addresses = new Map(
    recorded.map(({ apiVersion, kind, namespace, name }) => {
      const address: ResourceAddress =
        namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace };
      return [resourcePath(address), address] as const;
    }),
  );
  const answers = await Promise.all([...addresses].map(([path, address]) => read(cluster, path, address)));
  return {
    objects: answers.flatMap((answer) => (answer === "unreadable" ? [] : answer)),
    unreadable: [...addresses.values()]
      .filter((_, index) => answers[index] === "unreadable")
      .map(({ kind, namespace }) => place(kind, namespace)),
  };
}

async function read(
  cluster: Cluster,
  path: string,
  { apiVersion, kind }: ResourceAddress,
): Promise<readonly PlainObject[] | "unreadable"> {
  const { status, body } = await cluster
    .get(path, { timeoutMs: TIMEOUT_MS, bodyLimit: LIST_LIMIT })
    .catch((error: unknown) => {
      if (!(error instanceof NoAnswerError)) throw error;
      throw new ClusterAccessError(`The API server of ${cluster.context} cannot be read: ${error.message}.`);
    });
  if (status === 403) return "unreadable";
  // A kind that is not served (any more) has no objects.
  if (status === 404) return [];
  if (status !== 200)
    throw new ClusterAccessError(`The API server of ${cluster.context} answered ${path} with ${status}.`);
  const answer: unknown = JSON.parse(body);
  if (!isPlainObject(answer)) return [];
  // The server leaves both out of a list's items.
  const items: readonly unknown[] = Array.isArray(answer["items"]) ? answer["items"] : [answer];
  return items.filter(isPlainObject).map((item) => ({ ...item, apiVersion, kind }));
}
