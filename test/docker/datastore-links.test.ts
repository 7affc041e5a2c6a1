import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLinks } from "../../docker/reference-workload/src/links.ts";
import { listTopicsRequest, pubsubProbe } from "../../docker/reference-workload/src/probes/pubsub.ts";
import { readSettings } from "../../docker/reference-workload/src/settings.ts";

describe("a Pub/Sub link", () => {
  const asked: string[] = [];
  const server = new Server();
  let address = "";

  beforeAll(async () => {
    const bytes = (value: Buffer) => value;
    server.addService(
      {
        ListTopics: {
          path: "/google.pubsub.v1.Publisher/ListTopics",
          requestStream: false,
          responseStream: false,
          requestSerialize: bytes,
          requestDeserialize: bytes,
          responseSerialize: bytes,
          responseDeserialize: bytes,
        },
      },
      {
        ListTopics: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
          asked.push(call.request.toString("latin1"));
          answer(null, Buffer.alloc(0));
        },
      },
    );
    address = await new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(`127.0.0.1:${port}`);
      });
    });
  });
  afterAll(() => {
    server.forceShutdown();
  });

  it("asks for the topics of its project", async () => {
    const probe = pubsubProbe(address, "shop-dev");
    await probe.check();
    await probe.close();
    expect(asked).toEqual(["\n\x11projects/shop-dev\x10\x01"]);
  });

  it("says why it is not connected when nobody listens", async () => {
    const probe = pubsubProbe("127.0.0.1:1", "shop-dev");
    await expect(probe.check()).rejects.toThrow(/UNAVAILABLE|no answer|within/);
    await probe.close();
  });

  it("names its project in protocol buffers' wire format", () => {
    expect([...listTopicsRequest("ab")]).toEqual([0x0a, 2, 0x61, 0x62, 0x10, 1]);
  });
});

describe("a Qdrant link", () => {
  let ready = true;
  const server = createServer((request, response) => {
    response.statusCode = request.url === "/readyz" && ready ? 200 : 503;
    response.end();
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => {
    server.close();
  });

  it.each([
    [true, { kind: "connected" }],
    [false, { kind: "unreachable", reason: "HTTP 503" }],
  ])("follows the server's own readiness (%s)", async (state, expected) => {
    ready = state;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const link = { name: "vectors", kind: "qdrant", variable: "QDRANT_URL", required: true } as const;
    const links = await openLinks([link], { QDRANT_URL: url });
    expect(await links.check()).toEqual([{ name: "vectors", required: true, state: expected }]);
    await links.close();
  });
});

describe("the address of a datastore", () => {
  const contract = {
    service: "page",
    links: [
      { name: "documents", kind: "mongodb", variable: "MONGODB_URL", required: true },
      { name: "topics", kind: "pubsub", variable: "PUBSUB_EMULATOR_HOST", project: "p", required: true },
    ],
  };
  const issues = (mongodb: string, pubsub: string) => {
    const result = readSettings({
      REFERENCE_CONTRACT: JSON.stringify(contract),
      MONGODB_URL: mongodb,
      PUBSUB_EMULATOR_HOST: pubsub,
    });
    return result.ok ? [] : result.issues;
  };

  it("has the form that the engine's own clients read", () => {
    expect(issues("mongodb://a:b@h:27017/db", "h:8085")).toEqual([]);
    expect(issues("http://h", "http://h:8085")).toEqual([
      "MONGODB_URL is not a URL that starts with mongodb:// or mongodb+srv://",
      "PUBSUB_EMULATOR_HOST is not an address of the form host:port",
    ]);
  });
});
