import type { V1ConfigMap } from "@kubernetes/client-node";
import { ifThere, isConflict } from "../../cluster-client/api-answers.ts";
import type { Cluster } from "../../cluster-client/cluster.ts";
import { retried } from "../../cluster-client/retried.ts";
import { DocumentConflictError, type DocumentStore, type StoredDocument } from "../journal/document-store.ts";

/** Marks the journal's ConfigMaps, with the platform as its value. */
export const JOURNAL_LABEL = "fleet.dev/release-journal";
/** Marks what releases deployed. */
export const DEPLOYED_LABEL = "fleet.dev/release-deployed";
const BYTES = "record.json.gz";

/**
 * Keeps documents as ConfigMaps in the platform's own namespace.
 *
 * @param label tells them from all others.
 */
export function configMapStore(
  { core }: Pick<Cluster, "core">,
  namespaceOf: (platform: string) => string,
  label: string,
): DocumentStore {
  return {
    read: async (platform, name) => {
      const namespace = namespaceOf(platform);
      const found = await retried(() => ifThere(core.readNamespacedConfigMap({ name, namespace })));
      return found && documentIn(found);
    },
    list: async (platform) => {
      const namespace = namespaceOf(platform);
      const labelSelector = `${label}=${platform}`;
      const { items } = await retried(() => core.listNamespacedConfigMap({ namespace, labelSelector }));
      return items.map(documentIn);
    },
    write: async (platform, { name, text, bytes }, version) => {
      const namespace = namespaceOf(platform);
      const body = {
        metadata: {
          name,
          namespace,
          labels: {
            [label]: platform,
            "app.kubernetes.io/managed-by": "fleet",
            "app.kubernetes.io/part-of": platform,
          },
          ...(version === undefined ? {} : { resourceVersion: version }),
        },
        data: { ...text },
        ...(bytes ? { binaryData: { [BYTES]: bytes.toString("base64") } } : {}),
      } as unknown as V1ConfigMap;
      try {
        await retried(() =>
          version === undefined
            ? core.createNamespacedConfigMap({ namespace, body })
            : core.replaceNamespacedConfigMap({ name, namespace, body }),
        );
      } catch (error) {
        if (isConflict(error)) throw new DocumentConflictError(`ConfigMap ${name} has been written by somebody else`);
        throw error;
      }
    },
    remove: async (platform, name) => {
      await retried(() => ifThere(core.deleteNamespacedConfigMap({ name, namespace: namespaceOf(platform) })));
    },
  };
}

function documentIn({ metadata, data, binaryData }: V1ConfigMap): StoredDocument {
  const bytes = binaryData?.[BYTES];
  return {
    name: metadata?.name ?? "",
    text: data ?? {},
    ...(bytes === undefined ? {} : { bytes: Buffer.from(bytes, "base64") }),
    version: metadata?.resourceVersion ?? "",
  };
}
