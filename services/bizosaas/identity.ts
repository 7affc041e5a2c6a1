import { link } from "../../model/declaration/link.ts";
import { random } from "../../model/declaration/secret.ts";
import { defineService } from "../../model/declaration/service.ts";
import { postgres, redis } from "./datastores.ts";

/** Seed 004, tasks 1.1.1 and 1.2.1: who a person is, for every other service. */
export const identity = defineService({
  name: "identity",
  title: "Identity",
  seeds: ["004"],
  language: "python",
  port: 8001,
  nodePort: 30101,
  host: "identity",
  secrets: { JWT_SECRET: random(64) },
  links: [link(postgres), link(redis)],
});
