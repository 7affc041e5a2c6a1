import { PackageURL } from "packageurl-js";

/** One piece of software inside an image, a program or a lock file. */
export interface SoftwareComponent {
  readonly name: string;
  readonly version: string;
  /** Package URL, such as `pkg:deb/debian/openssl@3.5.1-1?arch=amd64`: what scanners look up. */
  readonly purl: string;
  /** SPDX expression or the package's own words. Default: not known. */
  readonly license?: string;
  /** Hash of its archive, in hexadecimal. Default: not known. */
  readonly sha512?: string;
}

/** An npm package as a component. */
export function npmComponent(name: string, version: string): SoftwareComponent {
  const slash = name.indexOf("/");
  const scope = slash === -1 ? undefined : name.slice(0, slash);
  return { name, version, purl: new PackageURL("npm", scope, name.slice(slash + 1), version).toString() };
}

/** A Go module as a component. */
export function goComponent(path: string, version: string): SoftwareComponent {
  const slash = path.lastIndexOf("/");
  const namespace = slash === -1 ? undefined : path.slice(0, slash);
  return { name: path, version, purl: new PackageURL("golang", namespace, path.slice(slash + 1), version).toString() };
}

/** A Python distribution as a component. */
export function pythonComponent(name: string, version: string): SoftwareComponent {
  return { name, version, purl: new PackageURL("pypi", undefined, name.toLowerCase(), version).toString() };
}

/** A Debian package as a component. */
export function debianComponent(
  name: string,
  version: string,
  { architecture, source }: { readonly architecture: string; readonly source: string },
): SoftwareComponent {
  // Debian tells vulnerabilities by source package; scanners read it from `upstream`.
  const qualifiers = { arch: architecture, ...(source === name ? {} : { upstream: source }) };
  return { name, version, purl: new PackageURL("deb", "debian", name, version, qualifiers).toString() };
}

/** Components by name and version, each once. */
export function distinct(components: readonly SoftwareComponent[]): readonly SoftwareComponent[] {
  const byPurl = new Map(components.map((component) => [component.purl, component]));
  return [...byPurl.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}
