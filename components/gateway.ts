import * as pulumi from "@pulumi/pulumi";
import { renderGateway } from "../model/render/route.ts";
import type { ResolvedPlatform } from "../model/resolve/resolved.ts";
import type { ResolvedGateway } from "../model/resolve/resolved-traffic.ts";
import type { EngineValues } from "./engine-values.ts";
import { registerObject } from "./kubernetes-object.ts";

/** A platform's way in through the stack's gateway, of whichever implementation. */
export class Gateway extends pulumi.ComponentResource {
  constructor(
    name: string,
    gateway: ResolvedGateway,
    platform: ResolvedPlatform,
    values: EngineValues,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("fleet:gateway:Gateway", name, {}, options);
    registerObject(`${name}-gateway`, renderGateway(gateway, platform).gateway, values, { parent: this });
    this.registerOutputs({});
  }
}
