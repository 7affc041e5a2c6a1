import { resolve } from "node:path";
import * as docker from "@pulumi/docker";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import type { BuildxBuild, ResolvedImage } from "../model/resolve/resolved.ts";
import type { ImagePlatform } from "../model/settings/images.ts";

/** What an image needs besides its own resolution. */
export interface ImageArguments {
  readonly image: ResolvedImage;
  /** Folder that build contexts are relative to. */
  readonly root: string;
  /** Tag that a built image is pushed under, for people; pods name the digest. */
  readonly tag: string;
  readonly registry: {
    readonly server: string;
    readonly username?: string;
    readonly password?: pulumi.Output<string>;
  };
}

type BuiltImage = Extract<ResolvedImage, { kind: "build" }>;
type Surroundings = Omit<ImageArguments, "image">;

/**
 * An image by digest: built and pushed, or pinned. Previews build nothing.
 *
 * The machine's own daemon builds through `@pulumi/docker`, for one platform. A BuildKit builder builds through
 * `@pulumi/docker-build`, the one of the two that knows several platforms and a cache in a registry.
 */
export class Image extends pulumi.ComponentResource {
  /** `registry/repository@sha256:…`. Unknown in a preview that would build it. */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, { image, ...from }: ImageArguments, options?: pulumi.ComponentResourceOptions) {
    super("fleet:image:Image", name, {}, options);
    this.reference = this.referenceOf(name, image, from);
    this.registerOutputs({ reference: this.reference });
  }

  private referenceOf(name: string, image: ResolvedImage, from: Surroundings): pulumi.Output<string> {
    switch (image.kind) {
      case "pinned":
        return pulumi.output(image.reference);
      case "unpinned":
        throw new Error(`${name} has neither sources nor a digest, and the program let it pass.`);
      case "build":
        return image.buildx ? this.join(name, image, image.buildx, from) : this.buildByDaemon(name, image, from);
    }
  }

  private buildByDaemon(name: string, image: BuiltImage, { root, tag, registry }: Surroundings): pulumi.Output<string> {
    const built = new docker.Image(
      `${name}-build`,
      {
        imageName: `${image.repository}:${tag}`,
        build: {
          context: resolve(root, image.context),
          dockerfile: resolve(root, image.dockerfile),
          args: { ...image.arguments },
          ...(image.network === undefined ? {} : { network: image.network }),
        },
        buildOnPreview: false,
        registry,
      },
      { parent: this },
    );
    return built.repoDigest;
  }

  /**
   * Each platform has a build of its own, because a cache that several platforms write keeps only one of them
   * (docker/buildx#1044); the index of them all is what pods run.
   */
  private join(name: string, image: BuiltImage, buildx: BuildxBuild, from: Surroundings): pulumi.Output<string> {
    const tag = `${image.repository}:${from.tag}`;
    const { server: address, username, password } = from.registry;
    const account = username === undefined ? undefined : { address, username, ...(password ? { password } : {}) };
    const builds = buildx.platforms.map((platform) => {
      const architecture = architectureOf(platform);
      return new dockerBuild.Image(
        `${name}-build-${architecture}`,
        {
          context: { location: resolve(from.root, image.context) },
          dockerfile: { location: resolve(from.root, image.dockerfile) },
          buildArgs: { ...image.arguments },
          platforms: [platform],
          tags: [`${tag}-${architecture}`],
          push: true,
          buildOnPreview: false,
          registries: account ? [account] : [],
          ...cached(`${buildx.cache}:cache-${architecture}`),
          ...(image.network === undefined ? {} : { network: image.network }),
          ...(buildx.builder === undefined ? {} : { builder: { name: buildx.builder } }),
        },
        this.kept,
      ).ref;
    });
    const index = new dockerBuild.Index(
      `${name}-index`,
      { tag, sources: builds, push: true, ...(account ? { registry: account } : {}) },
      this.kept,
    );
    // The account's password makes the plugin take all that it returns for secret, which a digest is not.
    return pulumi.unsecret(index.ref).apply((reference) => `${image.repository}@${reference.split("@")[1] ?? ""}`);
  }

  /** What has been pushed stays in the registry: a rollback names the digest of long ago. */
  private get kept(): pulumi.CustomResourceOptions {
    return { parent: this, retainOnDelete: true };
  }
}

/** That a cache cannot be written never fails a build. */
function cached(ref: string): Pick<dockerBuild.ImageArgs, "cacheFrom" | "cacheTo"> {
  return {
    cacheFrom: [{ registry: { ref } }],
    cacheTo: [{ registry: { ref, mode: "max", ociMediaTypes: true, imageManifest: true, ignoreError: true } }],
  };
}

function architectureOf(platform: ImagePlatform): string {
  return platform.replace("linux/", "");
}
