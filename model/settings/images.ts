import { z } from "zod";
import { EXAMPLE_PUBLIC_KEY, isPublicKey } from "./public-key.ts";
import { digest, imageReference, registryAndPath, repository } from "./image-reference.ts";
import { text } from "./text.ts";

const publicKey = text.refine(isPublicKey, {
  error: "an ECDSA P-256 public key in PEM, as `openssl pkey -pubout` writes it",
});

/** Where an image comes from. */
export const imageSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("build").meta({
      description: "Built through the shared Dockerfile of the service's language, from a folder with its source.",
    }),
    context: text.meta({
      description:
        "The folder with its source, relative to the repository's root. Its last commit and its branch are the image's tags.",
      examples: ["../crm"],
    }),
    arguments: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "a build argument such as APP_MODULE" }), text)
      .meta({
        description: "Build arguments for the Dockerfile (docker/README.md), never secret; laid over fleet's own.",
        examples: [{ APP_MODULE: "app.main:app" }],
        "x-key": "ARGUMENT",
      })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal("pinned").meta({ description: "Built elsewhere; deployed by its digest." }),
    repository,
    digest,
  }),
  z.strictObject({
    kind: z
      .literal("reference")
      .meta({ description: "The reference workload stands in for the service (docs/architecture.md)." }),
  }),
]);

const base = (what: string, example: string) =>
  imageReference.meta({ description: `${what} Default: \`${example}\`.`, examples: [example] }).optional();

/** What an image may be built for, as BuildKit writes it. */
const imagePlatformSchema = z.enum(["linux/amd64", "linux/arm64"]);

/** Who builds a stack's images. */
export const builderSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("docker").meta({
      description: "The Docker daemon of the machine that runs fleet: its own platform, its own build cache.",
    }),
  }),
  z.strictObject({
    kind: z.literal("buildx").meta({
      description: "A BuildKit builder of `docker buildx`: several platforms, and a build cache in a registry.",
    }),
    name: text
      .meta({
        description: "The builder, as `docker buildx ls` lists it. Default: the one that `docker buildx use` chose.",
        examples: ["fleet"],
      })
      .optional(),
    platforms: z
      .array(imagePlatformSchema)
      .min(1)
      .meta({
        description: "What each image is built for. Default: `linux/amd64` and `linux/arm64`.",
        examples: [["linux/amd64"]],
      })
      .optional(),
    cacheRegistry: registryAndPath
      .meta({
        description: "Registry and path of the build cache. Default: beside the images, under the tags `cache-<arch>`.",
        examples: ["ghcr.io/acme/cache"],
      })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal("none").meta({
      description: "Nobody: each image has its digest in `digests`, or is pinned where it is used. For production.",
    }),
  }),
]);

/** Where images are pushed to and what they are built on. */
export const imageSettingsSchema = z.strictObject({
  registry: registryAndPath.meta({
    description: "Registry and path that built images go to, and that those in `digests` come from.",
    examples: ["ghcr.io/acme", "localhost:5000/fleet"],
  }),
  builder: builderSchema.meta({ description: "Who builds the images. Default: `docker`." }).optional(),
  digests: z
    .record(z.string(), digest)
    .meta({
      description:
        "Images of `registry` that exist already, by name (`bizosaas/crm`, `reference-workload`, `postgresql`): deployed " +
        "by this digest, never built. `fleet images pin` writes them.",
      examples: [{ "bizosaas/crm": `sha256:${"0".repeat(64)}` }],
      "x-key": "image",
    })
    .optional(),
  bases: z
    .strictObject({
      debian: base("Debian, for datastores.", "docker.io/library/debian:trixie-slim"),
      node: base("With node; npm is not needed.", "docker.io/library/node:20-bookworm-slim"),
      nodeBuild: base("With node and npm.", "docker.io/library/node:20-bookworm-slim"),
      python: base("With python3; pip is not needed.", "docker.io/library/python:3.11-slim-bookworm"),
      pythonBuild: base(
        "With python3, pip and what wheels need to be built.",
        "docker.io/library/python:3.11-slim-bookworm",
      ),
    })
    .meta({ description: "Base images by what they are for. Default: the official ones." })
    .optional(),
  buildNetwork: z
    .enum(["default", "host", "none"])
    .meta({
      description:
        "Network of the builds' RUN steps, as `docker build --network` takes it. Default: the builder's own.",
      examples: ["host"],
    })
    .optional(),
  username: text
    .meta({
      description:
        "The account that pushes; its password is the secret `fleet:secrets.registry.password`. Default: none is needed.",
      examples: ["acme-bot"],
    })
    .optional(),
  verification: z
    .strictObject({
      publicKeys: z
        .array(publicKey)
        .min(1)
        .meta({
          description: "ECDSA P-256 public keys in PEM; a signature by one of them is enough.",
          examples: [[EXAMPLE_PUBLIC_KEY]],
        }),
    })
    .meta({
      description:
        "Whom the stack trusts: an image that it pins and no key has signed is refused before anything is registered " +
        "(docs/supply-chain.md). Default: nothing is asked.",
    })
    .optional(),
});

export type BuilderSettings = z.infer<typeof builderSchema>;
export type ImagePlatform = z.infer<typeof imagePlatformSchema>;
export type ImageSettings = z.infer<typeof imageSettingsSchema>;
export type ImageSource = z.infer<typeof imageSourceSchema>;
