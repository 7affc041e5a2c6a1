import { gunzipSync, gzipSync } from "node:zlib";
import { boundedName } from "../../../model/name.ts";
import type { ResolvedStack } from "../../../model/resolve/resolved.ts";
import type { DocumentStore } from "../journal/document-store.ts";
import type { StableSide } from "./sides.ts";

/** A platform as a release deployed it: all that the program needs to deploy it once more. It holds no secret's value. */
export interface DeployedPlatform {
  readonly platform: StableSide;
  readonly images: ResolvedStack["images"];
}

/** How many are kept: as many as releases are remembered, the last verified one beyond that, and the one under way. */
const KEPT = 22;

/** Remembers what each release deployed, so that a rollback brings back that, whatever the program says by then. */
export class DeployedStore {
  readonly #store: DocumentStore;

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  /** Once a release: told again, it leaves the first. */
  async keep(release: string, deployed: DeployedPlatform, needed: readonly string[]): Promise<void> {
    const { name: platform } = deployed.platform;
    const name = nameOf(platform, release);
    if (!(await this.#store.read(platform, name))) {
      const bytes = gzipSync(JSON.stringify(deployed));
      await this.#store.write(platform, { name, text: { release, at: new Date().toISOString() }, bytes }, undefined);
    }
    const all = [...(await this.#store.list(platform))].sort((a, b) => (atOf(a) < atOf(b) ? 1 : -1));
    const kept = [...needed, release].map((one) => nameOf(platform, one));
    for (const old of all.slice(KEPT)) if (!kept.includes(old.name)) await this.#store.remove(platform, old.name);
  }

  async read(platform: string, release: string): Promise<DeployedPlatform | undefined> {
    const document = await this.#store.read(platform, nameOf(platform, release));
    if (!document?.bytes) return undefined;
    return JSON.parse(gunzipSync(document.bytes).toString("utf8")) as DeployedPlatform;
  }
}

function nameOf(platform: string, release: string): string {
  return boundedName(["release", platform, "deployed", release]);
}

function atOf({ text }: { readonly text: Readonly<Record<string, string>> }): string {
  return text["at"] ?? "";
}
