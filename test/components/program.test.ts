import { describe, expect, it } from "vitest";
import program from "../../index.ts";
import { bizosaasValues } from "../model/stack-fixtures.ts";
import { register, type Registration } from "./recording-engine.ts";

/** The configuration of a stack as the engine hands it over: objects as JSON. */
function configuration(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`fleet:${key}`, JSON.stringify(value)]));
}

const dev = bizosaasValues("dev");

/** Runs the program with this configuration and gives back its error and all that was registered before it. */
async function refused(
  config: Record<string, string>,
): Promise<{ message: string; registrations: readonly Registration[] }> {
  const outcome = await register(
    () =>
      program().then(
        () => "It should have been refused.",
        (error: unknown) => (error as Error).message,
      ),
    { config, stack: "dev" },
  );
  return { message: outcome.result, registrations: outcome.registrations };
}

describe("the program", () => {
  it(
    "registers the stack that its configuration describes, whatever stands under other names than its own",
    { timeout: 60_000 },
    async () => {
      const config = { ...configuration(dev), "kubernetes:context": "elsewhere", "fleets:platforms": "{}" };
      const { result, registrations } = await register(program, { config, stack: "dev" });
      expect(Object.keys(result.urls["bizosaas"] ?? {})).toContain("crm");
      expect(registrations.filter((one) => one.type === "kubernetes:apps/v1:Deployment")).toHaveLength(5);
    },
  );

  it("refuses bad configuration with every issue, and registers nothing", async () => {
    const { message, registrations } = await refused(
      configuration({
        images: { registry: "localhost:5000/fleet", colour: "red" },
        platforms: {
          bizosaas: {
            expose: { kind: "nodePort" },
            services: {
              identity: { enabled: false },
              crm: { port: "http" },
              analytics: { nodePort: 30104 },
            },
          },
        },
      }),
    );
    expect(registrations).toEqual([]);
    expect(message).toContain("fleet:images.colour: unknown key");
    expect(message).toContain("fleet:platforms.bizosaas.services.crm.port: not acceptable");
    expect(message).toContain("crm links to identity (an optional link), which this stack disables");
    expect(message).toContain("NodePort 30104 is taken twice: bizosaas/crm and bizosaas/analytics");
    expect(message).toContain("fleet:secrets.bizosaas.OPENAI_API_KEY: missing secret");
  });

  it.each([
    ["no JSON", "sk-a-secret-all-alone"],
    ["no sections", JSON.stringify({ bizosaas: "sk-a-secret-all-alone" })],
    ["nothing", JSON.stringify({ bizosaas: null })],
    ["an empty text", JSON.stringify({ bizosaas: { OPENAI_API_KEY: "" } })],
    ["a number", JSON.stringify({ bizosaas: { OPENAI_API_KEY: 5 } })],
  ])("reports a secret as missing where there is %s, and shows no secret", async (_what, secrets) => {
    const { platforms, ...rest } = dev as { platforms: { bizosaas: Record<string, unknown> } };
    const bizosaas = { ...platforms.bizosaas, secrets: {} };
    const { message, registrations } = await refused({
      ...configuration({ ...rest, platforms: { bizosaas } }),
      "fleet:secrets": secrets,
    });
    expect(registrations).toEqual([]);
    expect(message).toContain("1 problem found");
    expect(message).toContain("fleet:secrets.bizosaas.OPENAI_API_KEY: missing secret");
    expect(message).not.toContain("sk-a-secret");
  });
});
