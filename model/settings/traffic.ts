import { z } from "zod";
import { nodePortSchema, portSchema } from "../declaration/specification.ts";
import { dnsLabel, hostName, text } from "./text.ts";

/** What Gateway API calls the extended support that canaries may use (Gateway API: SupportedFeatures). */
export const MIRROR_FEATURES = ["HTTPRouteRequestMirror", "HTTPRouteRequestPercentageMirror"] as const;

/** Which implementation divides the traffic. */
const implementationSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("gatewayApi").meta({ description: "Gateway API: Gateway and weighted HTTPRoute." }),
    className: dnsLabel.meta({ description: "The GatewayClass.", examples: ["traefik"] }),
    features: z
      .array(z.enum(MIRROR_FEATURES))
      .meta({
        description:
          "The extended support of the class that canaries may use, as its `status.supportedFeatures` lists it: " +
          "`HTTPRouteRequestMirror`, `HTTPRouteRequestPercentageMirror`. Default: none.",
        examples: [["HTTPRouteRequestMirror"]],
      })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal("istio").meta({ description: "Istio: Gateway, VirtualService and DestinationRule (seed 003)." }),
    selector: z
      .record(z.string(), z.string())
      .meta({
        description: "The labels of the ingress gateway's pods. Default: `istio: ingressgateway`.",
        examples: [{ istio: "ingress" }],
      })
      .optional(),
    controlPlaneNamespace: dnsLabel
      .meta({
        description: "The namespace of istiod, which sidecars ask. Default: `istio-system`.",
        examples: ["istio-system"],
      })
      .optional(),
  }),
]);

/** The gateway of a stack: which implementation divides the traffic, and where it stands. */
export const gatewaySettingsSchema = z.strictObject({
  implementation: implementationSchema.meta({ description: "What divides the traffic." }),
  controllerNamespace: dnsLabel.meta({
    description: "The namespace that the gateway's pods run in: the only callers let through.",
    examples: ["gateway"],
  }),
  port: portSchema
    .meta({
      description: "The TCP port that it listens on. Default: 443 for platforms with a `tlsSecret`, 80 for others.",
      examples: [8000],
    })
    .optional(),
  nodePort: nodePortSchema
    .meta({ description: "Its port at each node; for local clusters. Default: none.", examples: [30080] })
    .optional(),
});

const named = (what: string, example: string, value: string) =>
  z
    .strictObject({
      name: text
        .regex(/^[A-Za-z0-9_-]+$/, { error: "letters, digits, _ and -" })
        .meta({ description: `The name of the ${what}.`, examples: [example] }),
      value: text
        .regex(/^[A-Za-z0-9_.-]+$/, { error: "letters, digits, _, . and -" })
        .meta({ description: "Its value, the whole of it.", examples: [value] }),
    })
    .optional();

/** How requests from outside reach one platform. */
export const routeSettingsSchema = z.strictObject({
  domain: hostName.meta({
    description: "The services' hosts are labels below it: `crm.<domain>`.",
    examples: ["bizosaas.example"],
  }),
  tlsSecret: dnsLabel
    .meta({
      description:
        "The Secret with the certificate: in the platform's namespace, with Istio in the gateway's. Default: no TLS.",
      examples: ["bizosaas-tls"],
    })
    .optional(),
  testers: z
    .strictObject({
      header: named("header", "x-fleet-canary", "always").meta({
        description: "Requests with this header go to the canary, whatever its weight.",
      }),
      cookie: named("cookie", "fleet-canary", "always").meta({
        description: "Requests with this cookie go to the canary, whatever its weight.",
      }),
    })
    .meta({ description: "Who reaches the canary for sure. Default: nobody." })
    .optional(),
  affinity: z
    .strictObject({
      cookie: text
        .regex(/^[A-Za-z0-9_-]+$/, { error: "letters, digits, _ and -" })
        .meta({ description: "The cookie that remembers the side.", examples: ["fleet-side"] }),
      maxAgeSeconds: z
        .int()
        .min(1)
        .meta({ description: "How long it does, in seconds.", examples: [3600] }),
    })
    .meta({ description: "Keeps a browser on the side that it first reached; Istio only. Default: no affinity." })
    .optional(),
});

/** How a platform's releases go. */
export const releaseSettingsSchema = z.strictObject({
  steps: z
    .array(z.int().min(1).max(100))
    .min(1)
    .refine(
      (steps) => steps.at(-1) === 100 && steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0)),
      {
        error: "weights that grow and end with 100, such as [10, 50, 100]",
      },
    )
    .meta({
      description:
        "The canary's weights in percent, one after the other; the first is seed 003's CANARY_PERCENTAGE. Default: " +
        "`[10,50,100]`.",
      examples: [[5, 25, 100]],
    })
    .optional(),
});

export type GatewaySettings = z.infer<typeof gatewaySettingsSchema>;
export type RouteSettings = z.infer<typeof routeSettingsSchema>;
