import { link } from "../../../model/declaration/link.ts";
import { fromConfig } from "../../../model/declaration/secret.ts";
import { defineService } from "../../../model/declaration/service.ts";
import { postgres } from "../../../services/bizosaas/datastores.ts";
import { identity } from "../../../services/bizosaas/identity.ts";

/** The thirty-sixth service, as docs/adding-a-service.md shows it. */
export const billing = defineService({
  name: "billing",
  seeds: ["004"],
  language: "python",
  port: 8006,
  nodePort: 30106,
  secrets: { STRIPE_API_KEY: fromConfig },
  outbound: ["api.stripe.com"],
  links: [link(postgres, { pool: { min: 1, max: 5 } }), link(identity)],
});
