import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkedImage, checkedIndex } from "../../../../toolchain/providers/docker-build/check.ts";
import { tagImage } from "../../../../toolchain/providers/docker-build/registry-tag.ts";

const TYPE = "application/vnd.docker.distribution.manifest.v2+json";
const MANIFEST = '{"schemaVersion": 2,   "mediaType": "of the test"}';
const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

let server: Server;
let registry = "";
let stored: Map<string, { readonly type: string; readonly body: string }>;
let accounts: (string | undefined)[];

beforeEach(async () => {
  stored = new Map([[`/v2/fleet/crm/manifests/${digestOf(MANIFEST)}`, { type: TYPE, body: MANIFEST }]]);
  accounts = [];
  server = createServer((request, response) => {
    const url = request.url ?? "";
    accounts.push(request.headers.authorization);
    if (request.method === "GET") {
      const manifest = stored.get(url);
      if (!manifest || !request.headers.accept?.includes(manifest.type)) return response.writeHead(404).end();
      return response.writeHead(200, { "content-type": manifest.type }).end(manifest.body);
    }
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      stored.set(url, { type: request.headers["content-type"] ?? "", body });
      response.writeHead(201, { "docker-content-digest": digestOf(body) }).end();
    });
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

const { signal } = new AbortController();

test("a tag is the same manifest under another name, so that the digest stays", async () => {
  const source = `${registry}/fleet/crm:stack-dev@${digestOf(MANIFEST)}`;
  expect(await tagImage(`${registry}/fleet/crm:main`, source, undefined, signal)).toBe(digestOf(MANIFEST));
  expect(stored.get("/v2/fleet/crm/manifests/main")).toEqual({ type: TYPE, body: MANIFEST });
});

test("a registry that asks for an account gets it", async () => {
  const account = { address: registry, username: "robot", password: "push" };
  await tagImage(`${registry}/fleet/crm:main`, `${registry}/fleet/crm@${digestOf(MANIFEST)}`, account, signal);
  expect(accounts).toEqual(["Basic cm9ib3Q6cHVzaA==", "Basic cm9ib3Q6cHVzaA=="]);
});

test("an image that is not there is no tag", async () => {
  const source = `${registry}/fleet/crm@${digestOf("other")}`;
  await expect(tagImage(`${registry}/fleet/crm:main`, source, undefined, signal)).rejects.toThrow(/HTTP 404/);
});

const reasons = ({ failures = [] }: ReturnType<typeof checkedIndex>) => failures.map(({ reason }) => reason).join("\n");

test("an index is refused that joins images, copies one, or is for a registry beyond loopback", () => {
  const tag = "localhost:5000/fleet/crm:main";
  expect(reasons(checkedIndex({ tag, sources: ["localhost:5000/fleet/crm:a"] }))).toBe("");
  expect(reasons(checkedIndex({ tag, sources: ["localhost:5000/fleet/crm:a", "localhost:5000/fleet/crm:b"] }))).toMatch(
    /tags one image/,
  );
  expect(reasons(checkedIndex({ tag, sources: ["localhost:5000/other:a"] }))).toMatch(/copies no image/);
  expect(reasons(checkedIndex({ tag: "ghcr.io/a/b:main", sources: ["ghcr.io/a/b:x"] }))).toMatch(/ghcr\.io is not/);
});

test("an image is refused that takes BuildKit or two platforms, and each reason is told", () => {
  const refused = checkedImage({
    tags: ["ghcr.io/a/b:1"],
    push: true,
    platforms: ["linux/amd64", "linux/arm64"],
    cacheTo: [],
    context: { location: "/nonexistent" },
  });
  expect(refused.failures?.map(({ property }) => property)).toEqual(["cacheTo", "platforms", "tags", "dockerfile"]);
});
