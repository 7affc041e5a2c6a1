import type { ConfigMap, Namespace, Secret } from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { ResolvedPlatform } from "../resolve/resolved.ts";
import { renderEnvironment } from "./environment.ts";
import { partedSecret, renderExternalSecret, type ExternalSecret } from "./external-secret.ts";

/** A namespace, and the rule that everything not allowed in it is denied. */
export interface NamespaceObjects {
  readonly namespace: Namespace;
  readonly defaultDeny: NetworkPolicy;
}

/** What all services of a namespace read. */
export interface SharedConfigurationObjects {
  readonly sharedConfigMap?: ConfigMap;
  readonly sharedSecret?: Secret;
  readonly sharedExternalSecret?: ExternalSecret;
}

/** A namespace and the services in it. */
type Ground = Pick<ResolvedPlatform, "namespace" | "labels" | "shared" | "services"> &
  Partial<Pick<ResolvedPlatform, "tasks">>;

/** Renders what a platform stands in: its namespace and what its services share. */
export function renderPlatform(platform: ResolvedPlatform): NamespaceObjects & SharedConfigurationObjects {
  return { ...renderNamespace(platform), ...renderSharedConfiguration(platform) };
}

/** Renders a namespace with the restricted Pod Security profile enforced. */
export function renderNamespace({ namespace, labels }: Pick<Ground, "namespace" | "labels">): NamespaceObjects {
  return {
    namespace: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: namespace,
        labels: {
          ...labels,
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    },
    defaultDeny: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "default-deny", namespace, labels: { ...labels } },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
  };
}

/** Renders what the services of a namespace share. */
export function renderSharedConfiguration(ground: Ground): SharedConfigurationObjects {
  const { configMap, secret } = ground.shared;
  const metadata = (name: string) => ({ name, namespace: ground.namespace, labels: { ...ground.labels } });
  return {
    ...(configMap
      ? {
          sharedConfigMap: {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: metadata(configMap.name),
            data: { ...configMap.data },
          },
        }
      : {}),
    ...(secret ? renderSharedSecrets(ground, secret, metadata) : {}),
  };
}

function renderSharedSecrets(
  { services, tasks = [] }: Ground,
  { name, nameFromStore }: NonNullable<ResolvedPlatform["shared"]["secret"]>,
  metadata: (name: string) => ObjectMeta,
): Pick<SharedConfigurationObjects, "sharedSecret" | "sharedExternalSecret"> {
  const environments = [...services, ...tasks].map(renderEnvironment);
  const secrets = environments.flatMap((environment) => environment.secrets);
  const data = Object.fromEntries(environments.flatMap(({ sharedSecret }) => Object.entries(sharedSecret)));
  const { own, fromStore } = partedSecret(data, secrets);
  const sharedExternalSecret = renderExternalSecret(metadata(nameFromStore), fromStore, secrets);
  return {
    ...(sharedExternalSecret && Object.keys(own).length === 0
      ? {}
      : {
          sharedSecret: {
            apiVersion: "v1",
            kind: "Secret",
            metadata: metadata(name),
            type: "Opaque",
            stringData: { ...own },
          },
        }),
    ...(sharedExternalSecret ? { sharedExternalSecret } : {}),
  };
}
