import { z } from "zod";
import {
  nodePortSchema,
  portSchema,
  specificationOverrideSchema,
  partialResources,
} from "../declaration/specification.ts";
import { bytesSchema } from "../quantity.ts";
import { CRONTAB_EXAMPLE, CRONTAB_LINE } from "../schedule.ts";
import { imageSettingsSchema, imageSourceSchema } from "./images.ts";
import { digest, repository } from "./image-reference.ts";
import { dnsLabel, hostName, text } from "./text.ts";
import { gatewaySettingsSchema, releaseSettingsSchema, routeSettingsSchema } from "./traffic.ts";

/** How services that may be reached from outside are exposed. */
export const exposureSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("internal").meta({ description: "From inside the cluster only." }) }),
  z.strictObject({
    kind: z
      .literal("nodePort")
      .meta({ description: "At a port of each node, for services that declare one; for local clusters." }),
  }),
  z.strictObject({
    kind: z.literal("ingress").meta({ description: "By host name through an ingress controller, with TLS." }),
    domain: hostName.meta({
      description: "The services' hosts are labels below it: `crm.<domain>`.",
      examples: ["bizosaas.example"],
    }),
    className: dnsLabel.meta({ description: "The IngressClass of the controller.", examples: ["nginx"] }),
    tlsSecret: dnsLabel.meta({
      description: "The Secret with the certificate, in the platform's namespace.",
      examples: ["bizosaas-tls"],
    }),
    controllerNamespace: dnsLabel.meta({
      description: "The namespace that the controller runs in: the only callers let through.",
      examples: ["ingress-nginx"],
    }),
  }),
]);

const secretSourceSchema = z.discriminatedUnion("from", [
  z.strictObject({
    from: z.literal("config").meta({ description: "The stack's encrypted configuration, `fleet:secrets`." }),
  }),
  z.strictObject({
    from: z.literal("random").meta({ description: "Made by the engine once a generation, and kept in its state." }),
    length: z
      .int()
      .min(16)
      .max(256)
      .meta({ description: "Characters. Another number takes effect with the next generation.", examples: [40] }),
    generation: z
      .int()
      .min(1)
      .max(9999)
      .meta({
        description: "Counts its values: each number is a value of its own (`fleet secrets rotate`). Default: 1.",
        examples: [2],
      })
      .optional(),
    keepPrevious: z
      .boolean()
      .meta({
        description:
          "In the middle of a rotation: the value of the generation before stays valid too. Default: `false`.",
        examples: [true],
      })
      .optional(),
  }),
  z.strictObject({
    from: z.literal("externalStore").meta({
      description:
        "The store that `fleet:secretStore` names; External Secrets Operator puts the value into the cluster.",
    }),
    key: text
      .meta({
        description: "The entry in the store. Default: `keyPrefix` and the platform's name.",
        examples: ["acme/prod/openai"],
      })
      .optional(),
    property: text
      .meta({
        description: "The part of the entry. Default: the secret's name, or with a `key` of its own the whole entry.",
        examples: ["token"],
      })
      .optional(),
    version: text.meta({ description: "The entry's version. Default: the newest.", examples: ["7"] }).optional(),
  }),
]);

/** Where secrets of a stack are kept outside its state. */
export const secretStoreSettingsSchema = z.strictObject({
  kind: z
    .enum(["ClusterSecretStore", "SecretStore"])
    .meta({ description: "What the operator calls it; a SecretStore has to be in each platform's namespace." }),
  name: dnsLabel.meta({ description: "Its name in the cluster.", examples: ["acme-vault"] }),
  keyPrefix: text
    .regex(/^[^/](.*[^/])?$/, { error: "a path without a slash at either end, such as acme/prod" })
    .meta({
      description: "What entries are kept under: `<keyPrefix>/<platform>`. Default: none.",
      examples: ["acme/prod"],
    })
    .optional(),
  refreshInterval: text
    .regex(/^([0-9]+(h|m|s))+$/, { error: "a duration such as 1h or 15m" })
    .meta({ description: "How often the operator reads the store. Default: `1h`.", examples: ["15m"] })
    .optional(),
});

/** One service, as a stack sees it: any part of its specification, and what only a stack can know. */
export const serviceSettingsSchema = specificationOverrideSchema.extend({
  enabled: z
    .boolean()
    .meta({ description: "Whether the stack deploys it.", default: true, examples: [false] })
    .optional(),
  nodePort: nodePortSchema
    .meta({
      description: "Its port at each node where services are exposed by NodePort. Default: as declared in `services/`.",
      examples: [30104],
    })
    .optional(),
  image: imageSourceSchema
    .meta({
      description:
        "Where its image comes from. Default: its digest in `images.digests`, else the platform's `sourceRoot`, else `reference`.",
    })
    .optional(),
  version: text
    .meta({ description: "What its pods report as their version. Default: the platform's.", examples: ["1.4.2"] })
    .optional(),
});

/** What runs beside the stable services for a while, and its share of their traffic. */
export const canarySettingsSchema = z.strictObject({
  weight: z
    .int()
    .min(0)
    .max(100)
    .meta({
      description:
        "Its share of the requests in percent. 0: it runs, and only testers reach it. Default: the first of " +
        "`release.steps`.",
      examples: [10],
    })
    .optional(),
  mirror: z
    .int()
    .min(1)
    .max(100)
    .meta({
      description:
        "The share of the stable services' requests in percent that it gets a copy of, its answers being thrown away; " +
        "with `weight: 0` only. Default: no copies.",
      examples: [20],
    })
    .optional(),
  services: z.record(z.string(), serviceSettingsSchema.omit({ enabled: true, nodePort: true })).meta({
    description:
      "The services that run in it, by name: any setting of a service but `enabled` and `nodePort`, laid over what the " +
      "stack says of the stable one. `{}` runs the same.",
    "x-key": "service",
  }),
});

/** How a stack provides a datastore. */
export const datastoreSettingsSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("inCluster").meta({ description: "One pod in the platform's namespace." }),
    storage: bytesSchema
      .meta({
        description: "Size of its volume, in binary units. Default: as declared in `services/`.",
        examples: ["50Gi"],
      })
      .optional(),
    resources: partialResources
      .meta({ description: "What its pod asks for and may at most use, laid over what `services/` declares." })
      .optional(),
    image: z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("build").meta({ description: "Built from the folder under `docker/`." }) }),
        z.strictObject({
          kind: z.literal("pinned").meta({ description: "Built elsewhere; deployed by its digest." }),
          repository,
          digest,
        }),
      ])
      .meta({ description: "Where its image comes from. Default: `build`." })
      .optional(),
    backup: z
      .strictObject({
        schedule: text
          .regex(CRONTAB_LINE, { error: CRONTAB_EXAMPLE })
          .meta({ description: "When, in UTC, as crontab writes it. Default: `17 2 * * *`.", examples: ["0 3 * * *"] })
          .optional(),
        keep: z
          .int()
          .min(1)
          .max(365)
          .meta({ description: "How many dumps are kept. Default: 7.", examples: [14] })
          .optional(),
        storage: bytesSchema
          .meta({
            description: "Size of the volume for dumps. Default: as much as the database has.",
            examples: ["20Gi"],
          })
          .optional(),
      })
      .meta({ description: "PostgreSQL only: its nightly dumps." })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal("external").meta({ description: "Outside the cluster; always by verified TLS." }),
    host: hostName.meta({ description: "Its host name, as in its certificate.", examples: ["db.acme.example"] }),
    port: portSchema.meta({ description: "Its TCP port.", examples: [5432] }),
    addresses: z
      .array(z.cidrv4())
      .min(1)
      .meta({
        description: "IPv4 ranges (CIDR) that it answers from: where network policies let its dependants out to.",
        examples: [["203.0.113.0/24"]],
      }),
    fallback: z
      .strictObject({
        host: hostName.meta({
          description: "Where clients without SNI connect; the addresses cover this host too.",
          examples: ["pg.neon.example"],
        }),
        endpoint: dnsLabel.meta({
          description: "The endpoint that they name as a connection option.",
          examples: ["ep-quiet-sun-123456"],
        }),
      })
      .meta({ description: "PostgreSQL at Neon only (seed 003): a second way in." })
      .optional(),
    project: text
      .meta({
        description: "Pub/Sub only: the Google Cloud project. Default: the one declared.",
        examples: ["acme-prod"],
      })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal("absent").meta({ description: "This stack has none; dependants report it so." }),
    reason: text.meta({
      description: "Why, for people.",
      examples: ["no image of it can be built without a container registry"],
    }),
  }),
]);

/** One tenant of a platform, with the fields of seed 004's table. */
const tenantSchema = z.strictObject({
  domain: hostName
    .meta({
      description: "The domain that its people come by; no other tenant's. Default: none.",
      examples: ["acme.example"],
    })
    .optional(),
  settings: z
    .record(text, z.union([z.string(), z.number(), z.boolean()]))
    .meta({
      description: "What the services do differently for it; never secret. Default: nothing.",
      examples: [{ plan: "gold", seats: 20 }],
      "x-key": "setting",
    })
    .optional(),
});

/** What a stack's services have in common. */
const sharedSettingsSchema = specificationOverrideSchema.omit({ port: true, volumes: true });

export const platformSettingsSchema = z.strictObject({
  namespace: dnsLabel
    .meta({
      description: "The namespace of all its objects. Default: the platform's name.",
      examples: ["bizosaas-dev"],
    })
    .optional(),
  expose: exposureSchema
    .meta({
      description: "How services that may be reached from outside the cluster are exposed. Default: `internal`.",
    })
    .optional(),
  sourceRoot: text
    .meta({
      description:
        "The folder that its services' sources stand in, each in a folder of the service's name, relative to the " +
        "repository's root. Every service is built from there unless its `image` says otherwise. " +
        "Default: no sources, and the reference workload stands in.",
      examples: ["../bizosaas/services"],
    })
    .optional(),
  defaults: sharedSettingsSchema
    .meta({
      description:
        "What all its services share in this stack, laid over their declarations: any setting of a service but `port`, " +
        "`volumes`, `enabled`, `nodePort`, `image` and `version`.",
    })
    .optional(),
  services: z
    .record(z.string(), serviceSettingsSchema)
    .meta({ description: "One service each, by name, laid over everything else.", "x-key": "service" })
    .optional(),
  datastores: z
    .record(z.string(), datastoreSettingsSchema)
    .meta({
      description: "How the stack provides each datastore, by name. Default: `inCluster`.",
      "x-key": "datastore",
    })
    .optional(),
  tenants: z
    .record(dnsLabel, tenantSchema)
    .meta({
      description:
        "Its tenants, by name: each is a JSON file that every service finds in the platform's `tenantDirectory`. " +
        "A change rolls the pods. Default: none.",
      "x-key": "tenant",
    })
    .optional(),
  secrets: z
    .record(z.string(), secretSourceSchema)
    .meta({ description: "Where each secret comes from, by name. Default: as declared.", "x-key": "SECRET" })
    .optional(),
  route: routeSettingsSchema
    .meta({
      description:
        "Sends requests through the stack's gateway, which can divide them between stable services and a canary.",
    })
    .optional(),
  release: releaseSettingsSchema.meta({ description: "How its releases go." }).optional(),
  canary: canarySettingsSchema
    .meta({
      description:
        "The new revisions in `<platform>-canary`, which talk to the stable datastores. A release writes this while it " +
        "runs. Default: there is none.",
    })
    .optional(),
});

/** Which API server a stack belongs to. */
export const clusterSettingsSchema = z.strictObject({
  context: text
    .meta({
      description: "The kubeconfig context. Left out: the local cluster that `fleet cluster start` makes.",
      examples: ["fleet-prod"],
    })
    .optional(),
});

// They hold everybody, or everybody's administrators (Kubernetes: User-facing roles, Default roles and role bindings).
const BROAD_GROUPS = /^system:(authenticated|unauthenticated|masters|serviceaccounts|nodes)$/;

const group = (what: string, fallback: string, example: string) =>
  text
    .refine((name) => !BROAD_GROUPS.test(name), { error: "a group of your own, not one that holds everybody" })
    .meta({ description: `${what} Default: \`${fallback}\`.`, examples: [example] })
    .optional();

/** Who may do what to a stack in its cluster. */
export const accessSettingsSchema = z.strictObject({
  deployers: group(
    "The Kubernetes group that may deploy the stack, as the identity provider or a client certificate names it.",
    "fleet-<stack>-deployers",
    "platform-team",
  ),
  readers: group("The Kubernetes group that may look at everything but Secrets.", "fleet-<stack>-readers", "on-call"),
});

/** Everything a stack may say, each section under the project's name: `fleet:cluster`, `fleet:images`, …. */
export const settingsSchema = z.strictObject({
  cluster: clusterSettingsSchema.meta({ description: "Which API server the stack belongs to." }).optional(),
  access: accessSettingsSchema.meta({ description: "Who may deploy the stack and who may read it." }).optional(),
  images: imageSettingsSchema.meta({ description: "Where images are pushed to and what they are built on." }),
  secretStore: secretStoreSettingsSchema
    .meta({
      description:
        "The store outside the cluster that secrets of the stack come from by External Secrets Operator: all that would " +
        "otherwise be in the configuration, and those that say `from: externalStore`.",
    })
    .optional(),
  gateway: gatewaySettingsSchema
    .meta({ description: "The gateway that stands in the cluster and sends requests to platforms with a `route`." })
    .optional(),
  platforms: z
    .record(z.string(), platformSettingsSchema)
    .meta({ description: "The platforms that the stack deploys, by name.", "x-key": "platform" }),
});

export type StackSettings = z.infer<typeof settingsSchema>;
export type PlatformSettings = z.infer<typeof platformSettingsSchema>;
export type ServiceSettings = z.infer<typeof serviceSettingsSchema>;
export type DatastoreSettings = z.infer<typeof datastoreSettingsSchema>;
export type SecretSettings = z.infer<typeof secretSourceSchema>;
export type SecretStoreSettings = z.infer<typeof secretStoreSettingsSchema>;
export type ExposureSettings = z.infer<typeof exposureSchema>;
export type CanarySettings = z.infer<typeof canarySettingsSchema>;
