import { distinct, npmComponent, type SoftwareComponent } from "./component.ts";
import { isPlainObject } from "../../model/overlay.ts";

/** What a `package-lock.json` installs without development dependencies, each with the hash that npm compares. */
export function npmLockComponents(lockFile: unknown): readonly SoftwareComponent[] {
  const packages = isPlainObject(lockFile) && isPlainObject(lockFile["packages"]) ? lockFile["packages"] : {};
  return distinct(
    Object.entries(packages).flatMap(([path, entry]) => {
      if (path === "" || !isPlainObject(entry) || entry["dev"] === true || entry["link"] === true) return [];
      const { version, integrity, license, name } = entry;
      if (typeof version !== "string") return [];
      // An alias is installed under another name than its own.
      const installed = typeof name === "string" ? name : (path.split("node_modules/").at(-1) ?? path);
      const hash = typeof integrity === "string" ? /^sha512-(\S+)/.exec(integrity)?.[1] : undefined;
      return [
        {
          ...npmComponent(installed, version),
          ...(typeof license === "string" ? { license } : {}),
          ...(hash === undefined ? {} : { sha512: Buffer.from(hash, "base64").toString("hex") }),
        },
      ];
    }),
  );
}
