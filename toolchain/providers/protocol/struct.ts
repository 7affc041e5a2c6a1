import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import type { PropertyMap } from "./values.ts";

type Struct = InstanceType<typeof structProto.Struct>;

/** Properties as the engine's protocol carries them. */
export function encoded(properties: PropertyMap): Struct {
  return structProto.Struct.fromJavaScript(properties);
}

/** Properties out of the engine's protocol; none where the message has none. */
export function decoded(struct: Struct | undefined): PropertyMap {
  return struct?.toJavaScript() ?? {};
}
