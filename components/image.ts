import { resolve } from "node:path";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { stackTag, type ImageTags } from "../model/image-tags.ts";
import type { ResolvedImage } from "../model/resolve/resolved.ts";
import type { ImagePlatform } from "../model/settings/images.ts";

/** What an image needs besides its own resolution. */
export interface ImageArguments {
  readonly image: ResolvedImage;
  /** Folder that build contexts are relative to. */
  readonly root: string;
  /** The stack whose tag says what it runs. */
  readonly stack: string;
  /** Further tags, for people; pods name the digest. */
  readonly tags: ImageTags;
  /** The buildx builder. Default: the one in use. */
  readonly builder?: string;
  readonly registry: {
    readonly address: string;
    readonly username?: string;
    readonly password?: pulumi.Output<string>;
  };
}

type BuiltImage = Extract<ResolvedImage, { kind: "build" }>;

/**
 * An image by digest: built and pushed by `@pulumi/docker-build`, or pinned. Previews build nothing.
 *
 * Only the sources and how they are built decide a build. A new commit or branch over the same sources gets its tag in the
 * registry, for an image that is there already.
 */
export class Image extends pulumi.ComponentResource {
  /** `registry/repository@sha256:…`. Unknown in a preview that would build it. */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, { image, ...from }: ImageArguments, options?: pulumi.ComponentResourceOptions) {
    super("fleet:image:Image", name, {}, options);
    this.reference = this.referenceOf(name, image, from);
    this.registerOutputs({ reference: this.reference });
  }

  private referenceOf(name: string, image: ResolvedImage, from: Omit<ImageArguments, "image">): pulumi.Output<string> {
    switch (image.kind) {
      case "pinned":
        return pulumi.output(image.reference);
      case "unpinned":
        throw new Error(`${name} has neither sources nor a digest, and resolution let it pass.`);
      case "build": {
        const pushed = this.push(name, image, from);
        for (const [kind, tag] of Object.entries(from.tags)) {
          this.tag(`${name}-${kind}`, `${image.repository}:${String(tag)}`, [pushed], from);
        }
        // The account's password makes the official plugin take all that it returns for secret, which a digest is not.
        return pulumi.unsecret(pushed).apply((reference) => `${image.repository}@${reference.split("@")[1] ?? ""}`);
      }
    }
  }

  /** The reference of what is pushed: one build, or several joined. */
  private push(name: string, image: BuiltImage, from: Omit<ImageArguments, "image">): pulumi.Output<string> {
    const tag = `${image.repository}:${stackTag(from.stack)}`;
    if (image.platforms.length === 0) return this.build(`${name}-build`, tag, image, from).ref;
    // A cache of several platforms in one build keeps only one of them (docker/buildx#1382): each has a build of its own.
    const builds = image.platforms.map((platform) => {
      const architecture = architectureOf(platform);
      return this.build(`${name}-build-${architecture}`, `${tag}-${architecture}`, image, from, platform).ref;
    });
    return this.tag(`${name}-index`, tag, builds, from).ref;
  }

  private build(
    name: string,
    tag: string,
    image: BuiltImage,
    { root, registry, builder }: Omit<ImageArguments, "image">,
    platform?: ImagePlatform,
  ): dockerBuild.Image {
    return new dockerBuild.Image(
      name,
      {
        context: { location: resolve(root, image.context) },
        dockerfile: { location: resolve(root, image.dockerfile) },
        buildArgs: { ...image.arguments },
        tags: [tag],
        push: true,
        buildOnPreview: false,
        registries: registry.username === undefined ? [] : [registry],
        ...(image.network === undefined ? {} : { network: image.network }),
        ...(platform === undefined ? {} : { platforms: [platform], ...cached(image, platform) }),
        ...(builder === undefined ? {} : { builder: { name: builder } }),
      },
      this.kept,
    );
  }

  private tag(
    name: string,
    tag: string,
    sources: pulumi.Input<string>[],
    { registry }: Pick<ImageArguments, "registry">,
  ): dockerBuild.Index {
    const credentials = registry.username === undefined ? {} : { registry };
    return new dockerBuild.Index(name, { tag, sources, push: true, ...credentials }, this.kept);
  }

  /** What has been pushed stays in the registry: a rollback names the digest of long ago, and an old tag its commit. */
  private get kept(): pulumi.CustomResourceOptions {
    return { parent: this, retainOnDelete: true };
  }
}

/** One cache a platform, in the registry; that it cannot be written never fails a build. */
function cached({ cache }: BuiltImage, platform: ImagePlatform): Pick<dockerBuild.ImageArgs, "cacheFrom" | "cacheTo"> {
  if (cache === undefined) return {};
  const ref = `${cache}:cache-${architectureOf(platform)}`;
  return {
    cacheFrom: [{ registry: { ref } }],
    cacheTo: [{ registry: { ref, mode: "max", ociMediaTypes: true, imageManifest: true, ignoreError: true } }],
  };
}

function architectureOf(platform: ImagePlatform): string {
  return platform.replace("linux/", "");
}
