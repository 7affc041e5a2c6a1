import * as grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";

export type Severity = "debug" | "info" | "warning" | "error";

/** Where a provider's messages go: the engine prints them next to the resource. */
export interface EngineLog {
  /** A message that stays. Without a URN it belongs to the stack. */
  message(severity: Severity, text: string, urn?: string): void;
  /** The resource's current status line: replaced by the next one, gone at the end. */
  status(text: string, urn: string): void;
}

/** Sends messages to the engine at `address`. A message that cannot be delivered is dropped: logging never fails work. */
export function engineLog(address: string): EngineLog {
  const client = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
  const severities: Record<Severity, Parameters<InstanceType<typeof engineProto.LogRequest>["setSeverity"]>[0]> = {
    debug: engineProto.LogSeverity.DEBUG,
    info: engineProto.LogSeverity.INFO,
    warning: engineProto.LogSeverity.WARNING,
    error: engineProto.LogSeverity.ERROR,
  };
  const send = (severity: Severity, text: string, urn: string, ephemeral: boolean) => {
    const request = new engineProto.LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(text);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    client.log(request, () => undefined);
  };
  return {
    message: (severity, text, urn = "") => {
      send(severity, text, urn, false);
    },
    status: (text, urn) => {
      send("info", text, urn, true);
    },
  };
}
