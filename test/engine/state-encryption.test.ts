import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import * as pulumi from "@pulumi/pulumi";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStack } from "../../delivery/engine/workspace.ts";
import { resolveEngine } from "../../toolchain/engine/resolve.ts";

const TOKEN = "only-the-deployer-has-it";
const VALUE = "a-value-that-must-not-be-read";

/** HashiCorp Vault's transit engine as far as a data key needs it: encrypt and decrypt, for who has the token. */
function transit() {
  const key = randomBytes(32);
  const asked: string[] = [];
  const app = new Hono();
  app.use(async (context, next) => {
    if (context.req.header("X-Vault-Token") !== TOKEN) return context.json({ errors: ["permission denied"] }, 403);
    asked.push(new URL(context.req.url).pathname);
    return next();
  });
  app.on(["PUT", "POST"], "/v1/transit/encrypt/:name", async (context) => {
    const { plaintext } = await context.req.json<{ plaintext: string }>();
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(plaintext, "base64"), cipher.final(), cipher.getAuthTag()]);
    return context.json({ data: { ciphertext: `vault:v1:${sealed.toString("base64")}` } });
  });
  app.on(["PUT", "POST"], "/v1/transit/decrypt/:name", async (context) => {
    const { ciphertext } = await context.req.json<{ ciphertext: string }>();
    const sealed = Buffer.from(ciphertext.split(":")[2] ?? "", "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const plaintext = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return context.json({ data: { plaintext: plaintext.toString("base64") } });
  });
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  return { server, asked };
}

const vault = transit();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleet-encryption-"));
  await mkdir(join(folder, "state"));
});

afterAll(async () => {
  vault.server.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(token: string) {
  const engine = await resolveEngine(() => undefined);
  const address = vault.server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return openStack({
    stack: "prod",
    program: () => Promise.resolve({ answer: pulumi.secret(VALUE) }),
    project: { name: "encrypted" },
    stackFile: { secretsprovider: "hashivault://fleet" },
    folder: join(folder, "stack"),
    cli: engine.root,
    environment: {
      ...engine.environment,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      VAULT_ADDR: `http://127.0.0.1:${port}`,
      VAULT_TOKEN: token,
    },
    secretsProvider: "hashivault://fleet",
  });
}

it("a key service named in the stack file encrypts the state; who it refuses cannot read it", async () => {
  const first = await open(TOKEN);
  await first.up();
  const again = await open(TOKEN);
  expect((await again.outputs())["answer"]).toEqual({ value: VALUE, secret: true });
  expect(new Set(vault.asked)).toEqual(new Set(["/v1/transit/encrypt/fleet", "/v1/transit/decrypt/fleet"]));

  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "utf8")),
  );
  expect(texts.join("\n")).toContain("hashivault://fleet");
  expect(texts.filter((text) => text.includes(VALUE))).toEqual([]);

  const stolen = await open("stolen");
  await expect(stolen.outputs()).rejects.toThrow("permission denied");
});
