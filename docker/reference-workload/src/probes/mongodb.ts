import { MongoClient } from "mongodb";
import { checkMilliseconds, keptConnection, type Probe } from "./probe.ts";

/** MongoDB's own `ping` command as the service's login, on a kept client. */
export function mongodbProbe(url: string): Probe {
  return keptConnection(async () => {
    const client = new MongoClient(url, {
      serverSelectionTimeoutMS: checkMilliseconds,
      connectTimeoutMS: checkMilliseconds,
      socketTimeoutMS: checkMilliseconds,
      maxPoolSize: 1,
      appName: "fleet-reference-workload",
    });
    await client.connect();
    return {
      ping: () => client.db().command({ ping: 1 }),
      close: () => client.close(),
    };
  });
}
