import type { Deployment } from "kubernetes-types/apps/v1";
import type { ConfigMap, Service as KubernetesService } from "kubernetes-types/core/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { Link } from "./link.ts";
import type { SecretSource } from "./secret.ts";
import type { DeepPartial, Specification } from "./specification.ts";

/** The shared Dockerfile a service is built through: `docker/python`, `docker/node` or `docker/nextjs`. */
export type Language = "python" | "node" | "nextjs";

/** A documented endpoint: method and path, parameters in braces, as in `GET /calls/{id}/transcript`. */
export type Endpoint = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

/** A seed by its number; the file names start with it. */
export type Seed = "000" | "001" | "002" | "003" | "004";

/** Last adjustments to what is rendered. Hardening comes after them and wins. */
export interface Transform {
  readonly deployment?: (rendered: Deployment) => Deployment;
  readonly service?: (rendered: KubernetesService) => KubernetesService;
  readonly configMap?: (rendered: ConfigMap) => ConfigMap;
  readonly networkPolicy?: (rendered: NetworkPolicy) => NetworkPolicy;
}

/** What a composed variable can be made of. */
export interface ComposedParts {
  /** The URL of a service that is linked to. */
  readonly url: (target: { readonly name: string }) => string;
  /** The values of a declared secret: one, and in the middle of a rotation the one before as well. */
  readonly secrets: (name: string) => readonly string[];
}

/** What a person writes about one microservice, once. What it leaves out, the platform and the house say. */
export interface ServiceArguments extends DeepPartial<Omit<Specification, "port">> {
  /** Its name inside the platform; the Kubernetes name is the platform's prefix and this. */
  readonly name: string;
  /** Its name for people, in reports. Default: the name. */
  readonly title?: string;
  /** The seeds that describe it. */
  readonly seeds: readonly Seed[];
  /** `thirdParty` is somebody else's image, which no Dockerfile of ours builds: a stack pins it. */
  readonly language: Language | "thirdParty";
  /** The port its process listens on, at 0.0.0.0. */
  readonly port: number;
  /** The port at each node's address where a stack exposes services by NodePort. Left out: never exposed that way. */
  readonly nodePort?: number;
  /** The first label of its host name where a stack exposes services by ingress; "" is the domain itself. */
  readonly host?: string;
  /** What a browser finds at `/`: the title of its page. Only for services people look at. */
  readonly page?: string;
  readonly endpoints?: readonly Endpoint[];
  /** Environment variables whose values are secret, and where each value comes from unless a stack says otherwise. */
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  /** Variables that are made of secrets and links, such as a configuration that holds both. They are kept as secrets. */
  readonly composed?: Readonly<Record<string, (parts: ComposedParts) => string>>;
  readonly links?: readonly Link[];
  /** Hosts on the internet it calls by HTTPS. Left out: its pods reach nothing outside the platform. */
  readonly outbound?: readonly string[];
  readonly transform?: Transform;
}

/** One microservice, declared. */
export interface ServiceDeclaration extends ServiceArguments {
  readonly kind: "service";
}

/**
 * Declares a service. Nothing happens until a stack is resolved: mistakes come back then, all at once, as issues.
 *
 * @example
 * export const crm = defineService({ name: "crm", seeds: ["004"], language: "python", port: 8004, links: [link(postgres)] });
 */
export function defineService(service: ServiceArguments): ServiceDeclaration {
  return { kind: "service", ...service };
}
