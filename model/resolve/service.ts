import type { ServiceDeclaration } from "../declaration/service.ts";
import { hostLabelSchema, nodePortSchema, type Specification } from "../declaration/specification.ts";
import { callersOf, objectName, serviceSettings, type PlatformContext } from "./context.ts";
import type { KeyedImage } from "./images.ts";
import { selectorLabels } from "./labels.ts";
import type { LinkSurroundings } from "./link.ts";
import type { ResolvedExposure, ResolvedService } from "./resolved.ts";
import { resolveWorkload } from "./workload.ts";

/** A service with everything final, and the image it runs. */
export function resolveService(
  context: PlatformContext,
  declaration: ServiceDeclaration,
  specification: Specification,
  surroundings: LinkSurroundings,
): { readonly service: ResolvedService; readonly image: KeyedImage } {
  checkWaysIn(context, declaration);
  const { workload, image } = resolveWorkload(context, declaration, specification, surroundings);
  const service: ResolvedService = {
    ...workload,
    specification,
    exposure: resolveExposure(context, declaration),
    callers: callersOf(context, declaration).map((caller) => ({
      name: caller.name,
      selector: selectorLabels(workload.platform, objectName(context, caller)),
    })),
    declaration,
  };
  return { service, image };
}

/** Reports a way in that the API server would refuse, in every stack: also in one that does not use it. */
function checkWaysIn(context: PlatformContext, { name, nodePort, host }: ServiceDeclaration): void {
  const where = `services.${context.platform.name}.${name}`;
  const fix = `correct it in services/${context.platform.name}/${name}.ts`;
  if (nodePort !== undefined && !nodePortSchema.safeParse(nodePort).success) {
    context.report({
      path: `${where}.nodePort`,
      problem: "outside the range that Kubernetes keeps for NodePorts",
      value: nodePort,
      allowed: "a port from 30000 to 32767",
      fix,
    });
  }
  if (host !== undefined && !hostLabelSchema.safeParse(host).success) {
    context.report({
      path: `${where}.host`,
      problem: "not the beginning of a host name",
      value: host,
      allowed: `"" for the domain itself, or labels of lower-case letters, digits and -`,
      fix,
    });
  }
}

function resolveExposure(context: PlatformContext, declaration: ServiceDeclaration): ResolvedExposure {
  const expose = context.settings.expose ?? { kind: "internal" as const };
  switch (expose.kind) {
    case "internal":
      return expose;
    case "nodePort": {
      const nodePort = serviceSettings(context, declaration).nodePort ?? declaration.nodePort;
      return nodePort === undefined ? { kind: "internal" } : { kind: "nodePort", nodePort };
    }
    case "ingress": {
      if (declaration.host === undefined) return { kind: "internal" };
      const { domain, ...controller } = expose;
      return { ...controller, host: declaration.host === "" ? domain : `${declaration.host}.${domain}` };
    }
  }
}
