import { Client, credentials } from "@grpc/grpc-js";
import { checkMilliseconds, keptConnection, type Probe } from "./probe.ts";

const LIST_TOPICS = "/google.pubsub.v1.Publisher/ListTopics";

/**
 * Lists one of the project's topics through the emulator's gRPC API (google/pubsub/v1/pubsub.proto).
 *
 * @param address `host:port`, as `PUBSUB_EMULATOR_HOST` holds it.
 */
export function pubsubProbe(address: string, project: string): Probe {
  return keptConnection(() => {
    const client = new Client(address, credentials.createInsecure());
    return Promise.resolve({
      ping: () => listTopics(client, project),
      close: () => {
        client.close();
      },
    });
  });
}

function listTopics(client: Client, project: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      LIST_TOPICS,
      (request: string) => listTopicsRequest(request),
      (response: Buffer) => response,
      `projects/${project}`,
      { deadline: Date.now() + checkMilliseconds },
      (error) => {
        if (error) reject(error);
        else resolve();
      },
    );
  });
}

/** A ListTopicsRequest in protocol buffers' wire format: field 1 `project`, field 2 `page_size` of one. */
export function listTopicsRequest(project: string): Buffer {
  const name = Buffer.from(project, "utf8");
  // A project's name has at most 30 characters (Google Cloud: Creating projects), so its length is one byte.
  return Buffer.concat([Buffer.from([0x0a, name.length]), name, Buffer.from([0x10, 0x01])]);
}
