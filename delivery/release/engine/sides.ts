import { isPlainObject, type PlainObject } from "../../../model/overlay.ts";
import { renderStack, type Rendered } from "../../../model/render/stack.ts";
import type { ResolvedPlatform, ResolvedStack } from "../../../model/resolve/resolved.ts";
import type { RawSettings } from "../../../model/settings/parse.ts";

/** The stack's settings with a canary of these services at a weight, in place of any other. */
export function withCanary(
  raw: RawSettings,
  platform: string,
  { services, weight }: { readonly services: readonly string[]; readonly weight: number },
): RawSettings {
  const canary = { weight, services: Object.fromEntries(services.map((name) => [name, {}])) };
  return withPlatform(raw, platform, (settings) => ({ ...settings, canary }));
}

/** The stack's settings without a canary. */
export function withoutCanary(raw: RawSettings, platform: string): RawSettings {
  return withPlatform(raw, platform, (settings) =>
    Object.fromEntries(Object.entries(settings).filter(([key]) => key !== "canary")),
  );
}

function withPlatform(raw: RawSettings, name: string, change: (settings: PlainObject) => PlainObject): RawSettings {
  const platforms = raw.values["platforms"];
  if (!isPlainObject(platforms)) return raw;
  const settings = platforms[name];
  const changed = { ...platforms, [name]: change(isPlainObject(settings) ? settings : {}) };
  return { ...raw, values: { ...raw.values, platforms: changed } };
}

/** What a release leaves in the platform's own namespace. */
export type StableSide = Pick<
  ResolvedPlatform,
  "name" | "services" | "datastores" | "absent" | "migrations" | "backups" | "waves" | "shared"
>;

/** A platform without what divides its traffic. */
export function stableSide(platform: ResolvedPlatform): StableSide {
  const { name, services, datastores, absent, migrations, backups, waves, shared } = platform;
  return { name, services, datastores, absent, migrations, backups, waves, shared };
}

/** A stack with one of its platforms as it was verified; its canary, routes and way in stay as they are. */
export function withDeployed(
  stack: ResolvedStack,
  { platform, images }: { readonly platform: StableSide; readonly images: ResolvedStack["images"] },
): ResolvedStack {
  return {
    ...stack,
    images: { ...stack.images, ...images },
    platforms: stack.platforms.map((now) => (now.name === platform.name ? { ...now, ...platform } : now)),
  };
}

/** A platform's objects by what they are to a release. */
export function objectsOf(
  stack: ResolvedStack,
  platform: string,
  roles: readonly Rendered["role"][],
): readonly Rendered[] {
  return renderStack(stack).filter((one) => one.platform === platform && roles.includes(one.role));
}
