import { describe, expect, it } from "vitest";
import { findSecret, findSecrets, overlapping, settled } from "../../../delivery/secrets/rotation.ts";
import { issuesOf, resolveOwn } from "../../model/stack-fixtures.ts";

const generated = (generation: number, previous = false) => ({
  key: "shop.KEY",
  source: { from: "random", length: 20, generation } as const,
  ...(previous ? { previous: { key: "shop.KEY", source: { from: "random", length: 20 } as const } } : {}),
});

describe("the rotation of a generated secret", () => {
  it("puts the next generation beside the one before, then ends that", () => {
    const first = overlapping({ key: "shop.KEY", source: { from: "random", length: 20 } });
    expect(first).toEqual({ from: "random", length: 20, generation: 2, keepPrevious: true });
    expect(overlapping(generated(7))).toMatchObject({ generation: 8, keepPrevious: true });
    expect(first && settled(first)).toEqual({ from: "random", length: 20, generation: 2 });
  });

  it("goes on with the same two where it was interrupted", () => {
    expect(overlapping(generated(2, true))).toEqual({ from: "random", length: 20, generation: 2, keepPrevious: true });
  });

  it("is not for what others give us", () => {
    expect(overlapping({ key: "shop.KEY", source: { from: "config" } })).toBeUndefined();
  });
});

describe("the secrets of a stack, by name", () => {
  const stack = resolveOwn("dev", (values) => {
    const platforms = values["platforms"] as { bizosaas: Record<string, unknown> };
    const secrets = { REDIS_PASSWORD: { from: "random", length: 32, generation: 2, keepPrevious: true } };
    return { ...values, platforms: { bizosaas: { ...platforms.bizosaas, secrets } } };
  });

  it("are each there once, with who reads them, also in the middle of a rotation", () => {
    const found = findSecrets(stack).map(({ platform, name, readers }) => [
      `${platform}.${name}`,
      readers.map((reader) => reader.name),
    ]);
    expect(Object.fromEntries(found)).toMatchObject({
      "bizosaas.JWT_SECRET": ["identity"],
      "bizosaas.OPENAI_API_KEY": ["ai-orchestrator"],
      "bizosaas.POSTGRES_ADMIN_PASSWORD": [],
      "bizosaas.REDIS_PASSWORD": ["identity", "ai-orchestrator", "crm", "analytics"],
    });
    expect(new Set(found.map(([name]) => name)).size).toBe(found.length);
  });

  it("are told where a name is none of them", () => {
    expect(issuesOf(findSecret(stack, "bizosaas.JWT"))).toMatchObject([
      { path: "bizosaas.JWT", allowed: expect.stringContaining("bizosaas.JWT_SECRET") as string },
    ]);
  });
});
