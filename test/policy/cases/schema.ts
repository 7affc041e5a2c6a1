import type { KubernetesObject } from "../../../policy/kubernetes-object.ts";
import { UNKNOWN } from "../../../policy/unknown-value.ts";
import { configMap, CONTAINER, deployment, secret, service, type Cases } from "../objects.ts";

/** What a schema is for: objects that TypeScript would not let anybody write. */
const unchecked = (object: unknown) => object as KubernetesObject;

const externalSecret = (spec: object) =>
  unchecked({ apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", metadata: { name: "keys" }, spec });

/** The form of an object, by Kubernetes' own OpenAPI. */
export const schemaCases: Cases = {
  "kubernetes-schema": [
    { of: "a Deployment, a Service and a ConfigMap", objects: [deployment(), service({}), configMap({})], finds: [] },
    {
      of: "a port by number or by name",
      objects: [
        deployment({ livenessProbe: { httpGet: { port: 80 } }, readinessProbe: { tcpSocket: { port: "http" } } }),
      ],
      finds: [],
    },
    {
      of: "a null, which the API server takes for nothing",
      objects: [unchecked({ ...configMap({}), data: null })],
      finds: [],
    },
    {
      of: "a value that the engine does not know yet",
      objects: [unchecked({ ...service({}), spec: { ports: [{ port: UNKNOWN }] } })],
      finds: [],
    },
    {
      of: "a misspelt field",
      objects: [deployment({ imagePullpolicy: "Always" } as object)],
      finds: [`${CONTAINER}.imagePullpolicy is no field of its kind; imagePullPolicy is`],
    },
    {
      of: "a field in the wrong place",
      objects: [unchecked({ ...deployment(), replicas: 2 })],
      finds: ["replicas is no field of its kind"],
    },
    {
      of: "a text where a number belongs, and a number where a text belongs, in a Secret",
      objects: [
        unchecked({ ...service({}), spec: { ports: [{ port: "80" }] } }),
        unchecked(secret(unchecked({ PIN: 1234 }) as never)),
      ],
      finds: ["spec.ports[0].port must be an integer, is a string", "stringData.PIN must be a string, is a number"],
    },
    {
      of: "a port that is neither number nor name",
      objects: [deployment({ livenessProbe: { httpGet: { port: unchecked(true) as never } } })],
      finds: [`${CONTAINER}.livenessProbe.httpGet.port must be an integer or a string, is a boolean`],
    },
    {
      of: "a Deployment without a selector",
      objects: [unchecked({ ...deployment(), spec: { template: {} } })],
      finds: ["spec.selector is missing"],
    },
    {
      of: "a custom resource, by its definition",
      objects: [externalSecret({ secretStoreRef: { name: "vault" }, refreshInterval: "1h" })],
      finds: [],
    },
    {
      of: "a misspelt field of a custom resource",
      objects: [externalSecret({ secretstoreRef: { name: "vault" } })],
      finds: ["spec.secretstoreRef is no field of its kind; secretStoreRef is"],
    },
    {
      of: "a kind that there is no more",
      objects: [unchecked({ apiVersion: "policy/v1beta1", kind: "PodDisruptionBudget", metadata: { name: "cart" } })],
      finds: ["kind is no kind that the pinned Kubernetes knows"],
    },
  ],
};
