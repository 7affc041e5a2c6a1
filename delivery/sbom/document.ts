import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { SoftwareComponent } from "./component.ts";

/** What a bill of materials is of. */
export interface SbomSubject {
  readonly name: string;
  readonly version: string;
  readonly kind: "application" | "container";
  /** Package URL. Default: none. */
  readonly purl?: string;
  /** Digest of an image, in hexadecimal. Default: none. */
  readonly sha256?: string;
}

/** A bill of materials as CycloneDX 1.6 JSON. Equal contents give equal text: it holds no time and no random number. */
export function sbomDocument(subject: SbomSubject, components: readonly SoftwareComponent[]): string {
  const type = subject.kind === "container" ? Enums.ComponentType.Container : Enums.ComponentType.Application;
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      component: new Models.Component(type, subject.name, {
        bomRef: "subject",
        version: subject.version,
        ...(subject.purl === undefined ? {} : { purl: subject.purl }),
        ...(subject.sha256 === undefined
          ? {}
          : { hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-256"], subject.sha256]]) }),
      }),
      tools: new Models.Tools({
        components: new Models.ComponentRepository([
          new Models.Component(Enums.ComponentType.Application, "fleet", { bomRef: "fleet" }),
        ]),
      }),
    }),
  });
  for (const component of components) bom.components.add(modelOf(component));
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function modelOf({ name, version, purl, license, sha512 }: SoftwareComponent): Models.Component {
  return new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: purl,
    version,
    purl,
    hashes: new Models.HashDictionary(sha512 === undefined ? [] : [[Enums.HashAlgorithm["SHA-512"], sha512]]),
    licenses: new Models.LicenseRepository(license === undefined ? [] : [new Models.NamedLicense(license)]),
  });
}
