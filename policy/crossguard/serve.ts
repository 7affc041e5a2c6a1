import { PolicyPack } from "@pulumi/policy";
import { registry } from "../registry.ts";
import { crossGuardPolicies } from "./policies.ts";

// The policy host runs this file (policy/pack/index.js) and asks the pack that it starts.
new PolicyPack("fleet", {
  description: "fleet's rules for what it puts into a cluster",
  policies: crossGuardPolicies(registry, () => new Date().toISOString().slice(0, 10)),
});
