import { connect } from "amqplib";
import { checkMilliseconds, keptConnection, type Probe } from "./probe.ts";

/** A channel opened and closed on a kept AMQP 0-9-1 connection: the cheapest question that the broker must answer. */
export function rabbitmqProbe(url: string): Probe {
  return keptConnection(async (lost) => {
    const connection = await connect(url, { timeout: checkMilliseconds });
    connection.on("error", lost);
    connection.on("close", lost);
    return {
      ping: async () => {
        const channel = await connection.createChannel();
        await channel.close();
      },
      close: () => connection.close(),
    };
  });
}
