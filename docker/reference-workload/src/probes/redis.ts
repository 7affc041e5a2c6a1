import { createClient } from "@redis/client";
import { checkMilliseconds, keptConnection, type Probe } from "./probe.ts";

/** Redis PING on a kept connection. */
export function redisProbe(url: string): Probe {
  return keptConnection(async (lost) => {
    const client = createClient({ url, socket: { connectTimeout: checkMilliseconds, reconnectStrategy: false } });
    client.on("error", lost);
    client.on("end", lost);
    await client.connect();
    return {
      ping: () => client.ping(),
      close: () => {
        client.destroy();
      },
    };
  });
}
