import type { MigrationFiles, PlatformDeclaration } from "../declaration/platform.ts";
import type { Issue, Result } from "../issue.ts";
import { parseSettings, type RawSettings } from "../settings/parse.ts";
import { clashes } from "./clashes.ts";
import { callersByTarget, type PlatformContext } from "./context.ts";
import { imageIssues } from "./image-issues.ts";
import { resolvePlatform } from "./platform.ts";
import type { ResolvedImage, ResolvedPlatform, ResolvedStack } from "./resolved.ts";

/** The context that `fleet cluster start` writes into its kubeconfig. */
export const LOCAL_CONTEXT = "fleet-local";

/** Everything that resolution reads. */
export interface ResolutionInput {
  /** The stack's name, as in `Pulumi.<stack>.yaml`. */
  readonly stack: string;
  readonly catalogue: readonly PlatformDeclaration[];
  readonly raw: RawSettings;
  /** Migration files by platform. */
  readonly migrations: Readonly<Record<string, MigrationFiles>>;
}

/**
 * Resolves a stack: settings over declarations, every default filled, every link followed, every name final.
 *
 * Pure: the same input gives the same output. Any problem at all means no stack, and every problem is told at once.
 */
export function resolveStack(input: ResolutionInput): Result<ResolvedStack> {
  const { settings, issues: parseIssues } = parseSettings(input.raw);
  const issues: Issue[] = [...parseIssues];
  if (!settings) return { ok: false, issues };

  const images: Record<string, ResolvedImage> = {};
  const platforms: ResolvedPlatform[] = [];
  for (const [name, platformSettings] of Object.entries(settings.platforms)) {
    const platform = input.catalogue.find((candidate) => candidate.name === name);
    if (!platform) {
      issues.push({
        path: `fleet:platforms.${name}`,
        problem: "there is no such platform",
        allowed: `one of ${input.catalogue.map((candidate) => candidate.name).join(", ")}`,
        fix: "correct the name, or declare the platform in services/catalogue.ts",
      });
      continue;
    }
    const context: PlatformContext = {
      stack: input.stack,
      platform,
      settings: platformSettings,
      images: settings.images,
      ...(settings.secretStore === undefined ? {} : { secretStore: settings.secretStore }),
      ...(settings.gateway === undefined ? {} : { gateway: settings.gateway }),
      namespace: platformSettings.namespace ?? name,
      callers: callersByTarget(platform),
      configured: new Set(input.raw.secrets),
      // Two services that lack one secret have one issue.
      report: (issue) => {
        if (!issues.some(({ path, problem }) => path === issue.path && problem === issue.problem)) issues.push(issue);
      },
    };
    const resolved = resolvePlatform(context, input.migrations[name] ?? {});
    platforms.push(resolved.platform);
    for (const { key, image } of resolved.images) images[key] = image;
  }
  issues.push(...clashes(platforms, input.catalogue));
  issues.push(...imageIssues(settings.images, images, input.catalogue, input.raw.secrets));
  if (issues.length > 0) return { ok: false, issues };

  const context = settings.cluster?.context;
  return {
    ok: true,
    value: {
      stack: input.stack,
      cluster: { context: context ?? LOCAL_CONTEXT, local: context === undefined },
      access: {
        deployers: settings.access?.deployers ?? `fleet-${input.stack}-deployers`,
        readers: settings.access?.readers ?? `fleet-${input.stack}-readers`,
      },
      registry: {
        server: settings.images.registry.split("/")[0] ?? settings.images.registry,
        ...(settings.images.username === undefined ? {} : { username: settings.images.username }),
      },
      images,
      ...(settings.images.verification === undefined ? {} : { verification: settings.images.verification }),
      platforms,
      absent: platforms.flatMap((platform) => platform.absent),
    },
  };
}
