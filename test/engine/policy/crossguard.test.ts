import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Deployment } from "kubernetes-types/apps/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import { describe, expect, it } from "vitest";
import program from "../../../index.ts";
import { readStackFile } from "../../../delivery/cli/stack-file.ts";
import { isPlainObject, type PlainObject } from "../../../model/overlay.ts";
import { catalogueSecrets } from "../../model/stack-fixtures.ts";
import { previewUnderPolicies, type Preview } from "./preview.ts";

const SECRET = "hunter2-never-shown";

const secrets = { "fleet:secrets": everySecret() };

/** A value for every secret that a stack may take from its configuration. */
function everySecret(): Record<string, Record<string, string>> {
  const values: Record<string, Record<string, string>> = {};
  for (const key of catalogueSecrets()) {
    const [platform = "", name = ""] = key.split(".");
    values[platform] = { ...values[platform], [name]: SECRET };
  }
  return values;
}

/** A stack's own settings, for one platform; images go to a registry that the docker stand-in accepts too. */
function config(stack: string): PlainObject {
  const { config: whole } = readStackFile(stack).content;
  const settings = isPlainObject(whole) ? { ...whole, "fleet:platforms": bizosaasOf(whole) } : {};
  const images = stack === "dev" ? {} : { "fleet:images": { registry: "localhost:5000/fleet" }, ...secrets };
  return { ...settings, ...images };
}

function bizosaasOf(settings: PlainObject): PlainObject {
  const platforms = settings["fleet:platforms"];
  return isPlainObject(platforms) ? { bizosaas: platforms["bizosaas"] } : {};
}

const mandatory = ({ violations }: Preview) => violations.filter((violation) => violation.mandatory);
const policies = (found: Preview["violations"]) => [...new Set(found.map(({ policy }) => policy))].sort();

/** The real program, with the arguments of one resource changed on their way to the engine. */
function changing(resource: string, change: (props: unknown) => void): () => Promise<Record<string, unknown>> {
  return () => {
    pulumi.runtime.registerStackTransformation(({ name, props, opts }) => {
      if (name !== resource) return undefined;
      change(props);
      return { props, opts };
    });
    return program();
  };
}

describe("a preview of the real program under CrossGuard", () => {
  it("passes in dev, while the digests of images yet to be built are unknown", async () => {
    const preview = await previewUnderPolicies("dev", program, config("dev"), "fleet-local");
    expect(preview.output).toContain("fleet@v0.1.0");
    expect(preview.output).toMatch(/reference-workload: \[unknown\]/);
    expect(preview.violations).toEqual([]);
    expect(preview.creates).toBeGreaterThan(50);
  });

  it("passes in prod, with advice", async () => {
    const preview = await previewUnderPolicies("prod", program, config("prod"), "fleet-prod");
    expect(mandatory(preview)).toEqual([]);
    expect(policies(preview.violations)).toEqual(["priority-class"]);
    expect(preview.succeeded).toBe(true);
  });

  it("fails when a Deployment breaks rules, naming each rule, the object, the place and the fix", async () => {
    const harmful = changing("bizosaas-crm-deployment", (props) => {
      const container = (props as Deployment).spec?.template.spec?.containers[0];
      if (!container) throw new Error("The Deployment has no container.");
      container.image = "crm:1.2.3";
      container.securityContext = { ...container.securityContext, privileged: true };
      container.env = [{ name: "DB_PASSWORD", value: SECRET }];
    });
    const preview = await previewUnderPolicies("dev", harmful, config("dev"), "fleet-local");

    expect(preview.succeeded).toBe(false);
    expect(policies(mandatory(preview))).toEqual([
      "image-by-digest",
      "no-plaintext-secret-in-environment",
      "pod-privileged",
    ]);
    expect(preview.output).toContain(
      'Deployment bizosaas-dev/bizosaas-crm: spec.template.spec.containers[0].image is not named by its digest ("crm:1.2.3")',
    );
    expect(preview.output).toContain("fix: remove securityContext.privileged");
    expect(preview.output).not.toContain(SECRET);
  });

  it("fails when objects no longer fit together", async () => {
    const harmful = changing("bizosaas-crm-network-policy", (props) => {
      const { spec } = props as NetworkPolicy;
      if (spec) spec.podSelector = { matchLabels: { "app.kubernetes.io/name": "somebody-else" } };
    });
    const preview = await previewUnderPolicies("dev", harmful, config("dev"), "fleet-local");

    expect(preview.succeeded).toBe(false);
    expect(policies(mandatory(preview))).toEqual(["workload-network-policy"]);
    expect(preview.output).toContain("Deployment bizosaas-dev/bizosaas-crm");
  });
});

describe("a preview of a small program under CrossGuard", () => {
  const metadata = { name: "cart", namespace: "shop" };
  const nodePort = () => {
    new kubernetes.core.v1.Service("cart", { metadata, spec: { type: "NodePort", ports: [{ port: 80 }] } });
    return Promise.resolve();
  };

  it("holds each stack to its own level", async () => {
    expect((await previewUnderPolicies("dev", nodePort)).violations).toEqual([]);
    const preview = await previewUnderPolicies("staging", nodePort);
    expect(preview.succeeded).toBe(false);
    expect(policies(mandatory(preview))).toEqual(["no-node-port"]);
  });

  it("refuses a generated password in a ConfigMap before there is one", async () => {
    const preview = await previewUnderPolicies("dev", () => {
      const { result } = new random.RandomPassword("password", { length: 20 });
      new kubernetes.core.v1.ConfigMap("settings", { metadata, data: { DB_PASSWORD: result, PORT: "80" } });
      return Promise.resolve();
    });
    expect(preview.succeeded).toBe(false);
    expect(mandatory(preview).map(({ policy, message }) => [policy, message.includes("data.DB_PASSWORD")])).toEqual([
      ["no-plaintext-secret-in-config-map", true],
    ]);
  });
});
