import type { ConfigMap, Namespace, Secret } from "kubernetes-types/core/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { ResolvedPlatform } from "../resolve/resolved.ts";
import { renderEnvironment } from "./environment.ts";

/** What a platform stands in: its namespace, the rule that everything not allowed is denied, and what services share. */
export interface PlatformObjects {
  readonly namespace: Namespace;
  readonly defaultDeny: NetworkPolicy;
  readonly sharedConfigMap?: ConfigMap;
  readonly sharedSecret?: Secret;
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
    ...(secret
      ? {
          sharedSecret: {
            apiVersion: "v1",
            kind: "Secret",
            metadata: metadata(secret.name),
            type: "Opaque",
            stringData: Object.assign(
              {},
              ...platform.services.map((one) => renderEnvironment(one).sharedSecret),
            ) as Record<string, string>,
          },
        }
      : {}),
  };
}
