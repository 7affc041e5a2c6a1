import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { stackTag } from "../model/image-tags.ts";
import { secretsOf } from "../model/resolve/secrets-of.ts";
import type { ResolvedStack } from "../model/resolve/resolved.ts";
import type { EngineValues } from "./engine-values.ts";
import { Image } from "./image.ts";
import { Platform } from "./platform.ts";
import { Secrets, type ConfiguredSecrets } from "./secrets.ts";

/** What the engine reports of a deployed stack. Nothing in it is secret. */
export interface DeploymentOutputs {
  readonly [output: string]: unknown;
  /** Each platform's services and their URLs inside the cluster. */
  readonly urls: Readonly<Record<string, Readonly<Record<string, pulumi.Output<string>>>>>;
  /** Images by key, as they are deployed. */
  readonly images: Readonly<Record<string, pulumi.Output<string>>>;
}

/** Registers a whole stack: one explicit provider for its cluster, its secrets, its images, its platforms. */
export function deploy(
  stack: ResolvedStack,
  configuredSecrets: pulumi.Output<ConfiguredSecrets>,
  root: string,
): DeploymentOutputs {
  const cluster = new kubernetes.Provider("cluster", {
    context: stack.cluster.context,
    enableServerSideApply: true,
    // Updated in place: pods roll by the hash of what they read, and nothing is gone in between.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // Creates by server-side apply too: an object whose creation was interrupted is taken up again, and the preview of
    // a later change does not trip over fields that a plain create left to another manager.
    upsertExistingObjects: true,
    // The client's default limit holds a large preview back at about 23 ms an object.
    kubeClientSettings: { qps: 2000, burst: 4000 },
  });
  const secrets = new Secrets("secrets", secretsOf(stack), configuredSecrets);
  const values: EngineValues = {
    secrets: secrets.values,
    hashKey: secrets.hashKey,
    images: registerImages(stack, configuredSecrets, root),
  };
  const platforms = stack.platforms.map(
    (platform) => [platform.name, new Platform(platform, values, { providers: [cluster] })] as const,
  );
  return {
    urls: Object.fromEntries(platforms.map(([name, platform]) => [name, platform.urls])),
    images: values.images,
  };
}

function registerImages(
  stack: ResolvedStack,
  configuredSecrets: pulumi.Output<ConfiguredSecrets>,
  root: string,
): Readonly<Record<string, pulumi.Output<string>>> {
  const { username } = stack.registry;
  const registry =
    username === undefined
      ? { server: stack.registry.server }
      : {
          server: stack.registry.server,
          username,
          password: pulumi.secret(configuredSecrets.apply((secrets) => secrets["registry"]?.["password"] ?? "")),
        };
  return Object.fromEntries(
    Object.entries(stack.images).map(([key, image]) => [
      key,
      new Image(`image-${key.replaceAll(/[^a-z0-9-]+/g, "-")}`, { image, root, tag: stackTag(stack.stack), registry })
        .reference,
    ]),
  );
}
