import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { goModuleSource } from "../go/download.ts";
import type { Progress } from "../progress.ts";
import type { CustomResourceDefinition } from "./custom-resources.ts";

/** Definitions of custom resources in a Go module, as their own project publishes them. */
export interface DefinitionSource {
  readonly module: string;
  readonly folder: string;
  readonly files: readonly string[];
  /** The kinds that a stack may hold, with their versions: `v1/HTTPRoute`. All of the files where it is left out. */
  readonly kinds?: readonly string[];
}

/** Gateway API's standard channel, as much of it as a gateway's controller looks for. */
export const GATEWAY_API: DefinitionSource = {
  module: "sigs.k8s.io/gateway-api",
  folder: "config/crd/standard",
  files: ["gatewayclasses", "gateways", "grpcroutes", "httproutes", "referencegrants"].map(
    (name) => `gateway.networking.k8s.io_${name}.yaml`,
  ),
};

/** Istio's traffic management. */
export const ISTIO: DefinitionSource = {
  module: "istio.io/api",
  folder: "kubernetes",
  files: ["customresourcedefinitions.gen.yaml"],
  kinds: ["v1beta1/DestinationRule", "v1beta1/Gateway", "v1beta1/VirtualService"],
};

/** Custom resources that a stack may hold. */
export const CUSTOM_RESOURCES: readonly DefinitionSource[] = [
  {
    module: "github.com/external-secrets/external-secrets",
    folder: "config/crds/bases",
    files: ["external-secrets.io_externalsecrets.yaml", "external-secrets.io_secretstores.yaml"],
  },
  { ...GATEWAY_API, kinds: ["v1/Gateway", "v1/HTTPRoute", "v1beta1/ReferenceGrant"] },
  ISTIO,
];

/** The definitions of a source. `go.sum` of toolchain/go/crds vouches for them. */
export async function readDefinitions(
  { module, folder, files, kinds }: DefinitionSource,
  progress: Progress,
): Promise<readonly CustomResourceDefinition[]> {
  const source = await goModuleSource("crds", module, progress);
  const texts = await Promise.all(files.map((file) => readFile(join(source, folder, file), "utf8")));
  return texts
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as CustomResourceDefinition))
    .filter(({ spec }) => kinds?.some((kind) => kind.endsWith(`/${spec.names.kind}`)) ?? true);
}
