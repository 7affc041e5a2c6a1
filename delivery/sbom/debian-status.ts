import { debianComponent, distinct, type SoftwareComponent } from "./component.ts";

/** The installed packages in dpkg's status file. Source: deb-control(5), dpkg's `/var/lib/dpkg/status`. */
export function debianComponents(status: string): readonly SoftwareComponent[] {
  return distinct(
    status.split(/\n\n+/).flatMap((paragraph) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(paragraph)?.[1];
      const [name, version] = [field("Package"), field("Version")];
      const state = field("Status");
      if (name === undefined || version === undefined) return [];
      // A distroless image's files have no state: what they name is there.
      if (state !== undefined && !state.endsWith(" installed")) return [];
      // `Source: pcre2 (10.46-1)`: the version stands there only where it differs.
      const source = field("Source")?.split(" ")[0] ?? name;
      return [debianComponent(name, version, { architecture: field("Architecture") ?? "all", source })];
    }),
  );
}
