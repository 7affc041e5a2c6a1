import type { CommonSpecification } from "../declaration/specification.ts";
import { checkName } from "./check-name.ts";
import { objectName, serviceSettings, type LinkingDeclaration, type PlatformContext } from "./context.ts";
import { serviceImage, type KeyedImage } from "./images.ts";
import { objectLabels, selectorLabels } from "./labels.ts";
import { resolveLink, type LinkSurroundings } from "./link.ts";
import type { ResolvedLink, ResolvedSecret, ResolvedTask, ResolvedWorkload } from "./resolved.ts";
import { resolveSecret } from "./secrets.ts";
import { sharedObjects } from "./shared.ts";

/** What a service and a task have in common, with everything final, and the image they run. */
export function resolveWorkload(
  context: PlatformContext,
  declaration: LinkingDeclaration,
  specification: CommonSpecification,
  surroundings: LinkSurroundings,
): { readonly workload: Omit<ResolvedTask, "specification" | "declaration">; readonly image: KeyedImage } {
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

  const links = (declaration.links ?? [])
    .map((link) => resolveLink(context, link, surroundings))
    .filter((link): link is ResolvedLink => link !== undefined);
  const secrets: Record<string, ResolvedSecret> = {};
  for (const [variable, declared] of Object.entries(declaration.secrets ?? {})) {
    secrets[variable] = resolveSecret(context, variable, declared);
  }
  checkVariables(context, declaration, specification, { links, secrets });
  const component = declaration.kind === "service" ? "service" : "task";
  return {
    workload: {
      platform,
      namespace: context.namespace,
      name: declaration.name,
      title: declaration.title ?? declaration.name,
      objectName: name,
      labels: objectLabels(platform, name, component, context.stack),
      selector: selectorLabels(platform, name),
      version: settings.version ?? context.platform.version,
      image: image.key,
      reference,
      secrets,
      shared: sharedObjects(context),
      links,
    },
    image,
  };
}

/** The variable that holds the value before while a secret is rotated. */
export function previousVariable(variable: string): string {
  return `${variable}_PREVIOUS`;
}

function checkVariables(
  context: PlatformContext,
  declaration: LinkingDeclaration,
  { environment }: CommonSpecification,
  { links, secrets }: Pick<ResolvedWorkload, "links" | "secrets">,
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
  for (const variable of Object.keys(environment)) claim(variable, "environment");
  for (const variable of Object.keys(declaration.secrets ?? {})) claim(variable, "secrets");
  for (const variable of composedVariables(declaration)) claim(variable, "composed");
  for (const [variable, { previous }] of Object.entries(secrets)) {
    if (previous) claim(previousVariable(variable), "secrets in the middle of a rotation");
  }
  for (const link of links) {
    if (link.kind === "absent") continue;
    for (const variable of [link.variable, ...Object.keys(link.environment)])
      claim(variable, `the link to ${link.target}`);
  }
}

function composedVariables(declaration: LinkingDeclaration): readonly string[] {
  return declaration.kind === "service" ? Object.keys(declaration.composed ?? {}) : [];
}
