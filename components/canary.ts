import * as pulumi from "@pulumi/pulumi";
import { renderCanary, renderCanaryGround } from "../model/render/canary.ts";
import type { ResolvedPlatform } from "../model/resolve/resolved.ts";
import type { ResolvedRelease } from "../model/resolve/resolved-traffic.ts";
import type { EngineValues } from "./engine-values.ts";
import { registerObject, type KubernetesObject } from "./kubernetes-object.ts";

/** Where a platform's canaries run, what their services share, and whom they may talk with beside the stable ones. */
export class Canary extends pulumi.ComponentResource {
  constructor(
    name: string,
    release: ResolvedRelease,
    platform: ResolvedPlatform,
    values: EngineValues,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("fleet:canary:Canary", name, {}, options);
    const ground = renderCanaryGround(release, platform);
    const { shared, neighbourPolicies } = renderCanary(release, platform);
    const namespace = registerObject(`${name}-namespace`, ground.namespace, values, { parent: this });
    const register = (suffix: string, rendered: KubernetesObject | undefined) => {
      if (rendered) registerObject(`${name}-${suffix}`, rendered, values, { parent: this, dependsOn: namespace });
    };

    register("default-deny", ground.defaultDeny);
    register("reference-grant", ground.referenceGrant);
    register("shared-config-map", shared.sharedConfigMap);
    register("shared-secret", shared.sharedSecret);
    register("shared-external-secret", shared.sharedExternalSecret);
    for (const [neighbour, policy] of Object.entries(neighbourPolicies)) {
      register(`${neighbour}-neighbour-policy`, policy);
    }
    this.registerOutputs({});
  }
}
