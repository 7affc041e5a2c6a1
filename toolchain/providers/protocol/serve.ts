import * as grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { service } from "./service.ts";
import type { Provider } from "./provider.ts";

/** A Kubernetes object with everything in it can pass gRPC's default of 4 MiB; the engine itself allows this much. */
const LARGEST_MESSAGE = 400 * 1024 * 1024;

/** How often to look whether the engine is still there, in milliseconds. */
const PARENT_CHECK = 500;

/**
 * Serves a provider to the engine that started this process: prints the port, then answers until it is stopped.
 *
 * `@pulumi/pulumi/provider` has a server too, but it knows neither settings, previews, timeouts, ignored changes,
 * detailed differences nor failed initializations, and imports the whole SDK (0.5 s); the protocol is the same package's.
 */
export async function serve(provider: Provider, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const address = argv.find((argument) => !argument.startsWith("-")) ?? "";
  const server = new grpc.Server({
    "grpc.max_receive_message_length": LARGEST_MESSAGE,
    "grpc.max_send_message_length": LARGEST_MESSAGE,
  });
  server.addService(providerGrpc.ResourceProviderService, service(provider, address));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  // The engine runs plugins in process groups of their own, so Ctrl-C never comes here by itself: it is the engine that
  // sends Cancel first and this signal once all is done. It waits five seconds for whoever does not leave.
  process.once("SIGINT", () => process.exit(0));
  stopWithParent(provider);
  process.stdout.write(`${port}\n`);
}

/** A killed engine cannot stop its plugins: nothing may go on changing the cluster without it. */
function stopWithParent(provider: Provider): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    provider.cancel();
    process.exit(1);
  }, PARENT_CHECK).unref();
}
