import { expect, it } from "vitest";
import type { PlainObject } from "../../../model/overlay.ts";
import { requestsOf } from "../../../delivery/diff/requests.ts";
import { deploymentWith, objectOf } from "./snapshot-fixtures.ts";

const container = { resources: { requests: { cpu: "250m", memory: "1Gi" } } };
const GIB = 2 ** 30;
const requests = (...objects: readonly PlainObject[]) => requestsOf(objects.map((object) => objectOf(object)));

it("pods ask for as much as their containers, each as often as there are replicas", () => {
  const asked = { cpu: 750, memory: 3 * GIB };
  expect(requests(deploymentWith(container, { replicas: 3 }))).toEqual({ least: asked, most: asked });
});

it("no replicas ask for nothing", () => {
  expect(requests(deploymentWith(container, { replicas: 0 })).most).toEqual({ cpu: 0, memory: 0 });
});

it("an autoscaler makes it a range", () => {
  const autoscaler = {
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "cart-scaling", namespace: "shop" },
    spec: { scaleTargetRef: { kind: "Deployment", name: "cart" }, minReplicas: 2, maxReplicas: 4 },
  };
  expect(requests(deploymentWith(container), autoscaler)).toEqual({
    least: { cpu: 500, memory: 2 * GIB },
    most: { cpu: 1000, memory: 4 * GIB },
  });
});

it("Jobs come and go and do not count", () => {
  expect(requests({ ...deploymentWith(container), kind: "Job" }).most).toEqual({ cpu: 0, memory: 0 });
});
