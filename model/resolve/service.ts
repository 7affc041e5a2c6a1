import type { ServiceDeclaration } from "../declaration/service.ts";
import { hostLabelSchema, nodePortSchema, type Specification } from "../declaration/specification.ts";
import { checkName } from "./check-name.ts";
import { callersOf, objectName, serviceSettings, type PlatformContext } from "./context.ts";
import { serviceImage, type KeyedImage } from "./images.ts";
import { objectLabels, selectorLabels } from "./labels.ts";
import { resolveLink, type LinkSurroundings } from "./link.ts";
import type { ResolvedExposure, ResolvedLink, ResolvedSecret, ResolvedService } from "./resolved.ts";
import { resolveSecret } from "./secrets.ts";
import { sharedObjects } from "./shared.ts";

/** A service with everything final, and the image it runs. */
export function resolveService(
  context: PlatformContext,
  declaration: ServiceDeclaration,
  specification: Specification,
  surroundings: LinkSurroundings,
): { readonly service: ResolvedService; readonly image: KeyedImage } {
  const settings = serviceSettings(context, declaration);
  const platform = context.platform.name;
  const { sourceRoot } = context.settings;
  const { reference, ...image } = serviceImage(
    context.images,
    { platform, name: declaration.name, language: declaration.language },
    {
      ...(settings.image === undefined ? {} : { chosen: settings.image }),
      ...(sourceRoot === undefined ? {} : { sourceRoot }),
    },
  );
  const name = objectName(context, declaration);
  checkName(context, declaration);
  checkWaysIn(context, declaration);

  const links = (declaration.links ?? [])
    .map((link) => resolveLink(context, link, surroundings))
    .filter((link): link is ResolvedLink => link !== undefined);
  const secrets: Record<string, ResolvedSecret> = {};
  for (const [variable, declared] of Object.entries(declaration.secrets ?? {})) {
    secrets[variable] = resolveSecret(context, variable, declared);
  }
  checkVariables(context, declaration, specification, { links, secrets });

  const service: ResolvedService = {
    platform,
    namespace: context.namespace,
    name: declaration.name,
    title: declaration.title ?? declaration.name,
    objectName: name,
    labels: objectLabels(platform, name, "service", context.stack),
    selector: selectorLabels(platform, name),
    version: settings.version ?? context.platform.version,
    specification,
    exposure: resolveExposure(context, declaration),
    image: image.key,
    reference,
    secrets,
    shared: sharedObjects(context),
    links,
    callers: callersOf(context, declaration).map((caller) => ({
      name: caller.name,
      selector: selectorLabels(platform, objectName(context, caller)),
    })),
    declaration,
  };
  return { service, image };
}

/** The variable that holds the value before while a secret is rotated. */
export function previousVariable(variable: string): string {
  return `${variable}_PREVIOUS`;
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

function checkVariables(
  context: PlatformContext,
  declaration: ServiceDeclaration,
  specification: Specification,
  { links, secrets }: Pick<ResolvedService, "links" | "secrets">,
): void {
  const sources = new Map<string, string>();
  const claim = (variable: string, source: string): void => {
    const other = sources.get(variable);
    if (other === undefined) {
      sources.set(variable, source);
      return;
    }
    context.report({
      path: `services.${context.platform.name}.${declaration.name}.environment.${variable}`,
      problem: `set twice: by ${other} and by ${source}`,
      allowed: "each environment variable from one source",
      fix: "rename one of them, for a link by its option `variable`",
    });
  };
  for (const variable of ["HOST", "PORT", "SERVICE_NAME", "SERVICE_VERSION"]) claim(variable, "fleet");
  for (const variable of Object.keys(specification.environment)) claim(variable, "environment");
  for (const variable of Object.keys(declaration.secrets ?? {})) claim(variable, "secrets");
  for (const [variable, { previous }] of Object.entries(secrets)) {
    if (previous) claim(previousVariable(variable), "secrets in the middle of a rotation");
  }
  for (const link of links) {
    if (link.kind === "absent") continue;
    for (const variable of [link.variable, ...Object.keys(link.environment)])
      claim(variable, `the link to ${link.target}`);
  }
}
