import { resolve } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ResolvedImage } from "../model/resolve/resolved.ts";

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

/** An image by digest: built and pushed by `@pulumi/docker`, or pinned. Previews build nothing. */
export class Image extends pulumi.ComponentResource {
  /** `registry/repository@sha256:…`. Unknown in a preview that would build it. */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, { image, root, tag, registry }: ImageArguments, options?: pulumi.ComponentResourceOptions) {
    super("fleet:image:Image", name, {}, options);
    this.reference =
      image.kind === "pinned"
        ? pulumi.output(image.reference)
        : new docker.Image(
            `${name}-build`,
            {
              imageName: `${image.repository}:${tag}`,
              build: {
                context: resolve(root, image.context),
                dockerfile: resolve(root, image.dockerfile),
                args: { ...image.arguments },
                platform: "linux/amd64",
                ...(image.network === undefined ? {} : { network: image.network }),
              },
              registry,
            },
            { parent: this },
          ).repoDigest;
    this.registerOutputs({ reference: this.reference });
  }
}
