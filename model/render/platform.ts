import type { ConfigMap, Namespace, Secret } from "kubernetes-types/core/v1";
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { ResolvedPlatform } from "../resolve/resolved.ts";
import { renderEnvironment } from "./environment.ts";
import { partedSecret, renderExternalSecret, type ExternalSecret } from "./external-secret.ts";

/** What a platform stands in: its namespace, the rule that everything not allowed is denied, and what services share. */
export interface PlatformObjects {
  readonly namespace: Namespace;
  readonly defaultDeny: NetworkPolicy;
  readonly sharedConfigMap?: ConfigMap;
  readonly sharedSecret?: Secret;
  readonly sharedExternalSecret?: ExternalSecret;
}

/** Renders a platform's namespace, with the restricted Pod Security profile enforced, and what all its services need. */
export function renderPlatform(platform: ResolvedPlatform): PlatformObjects {
  const { configMap, secret } = platform.shared;
  const metadata = (name: string) => ({ name, namespace: platform.namespace, labels: { ...platform.labels } });
  return {
    namespace: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: platform.namespace,
        labels: {
          ...platform.labels,
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    },
    defaultDeny: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: metadata("default-deny"),
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
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
    ...(secret ? renderSharedSecrets(platform, secret, metadata) : {}),
  };
}

function renderSharedSecrets(
  platform: ResolvedPlatform,
  { name, nameFromStore }: NonNullable<ResolvedPlatform["shared"]["secret"]>,
  metadata: (name: string) => ObjectMeta,
): Pick<PlatformObjects, "sharedSecret" | "sharedExternalSecret"> {
  const environments = platform.services.map(renderEnvironment);
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
