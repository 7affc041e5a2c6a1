import { imagePlaceholder, secretPlaceholder } from "../../../model/placeholder.ts";
import { configMap, CONTAINER, deployment, job, POD, type Cases } from "../objects.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const withImage = (image: string) => [deployment({ image })];
const withVariable = (name: string, value: string) => [deployment({ env: [{ name, value }] })];
const probe = { httpGet: { port: 80 } };
const policy = { ...probe, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3 };
const cpu = "100m";
const memory = "64Mi";

/** What containers run, may use and are told. */
export const containerCases: Cases = {
  "read-only-root": [
    { of: "a read-only root", objects: [deployment({ securityContext: { readOnlyRootFilesystem: true } })], finds: [] },
    {
      of: "a root that says nothing",
      objects: [deployment()],
      finds: [`${CONTAINER}.securityContext.readOnlyRootFilesystem can write to its own image's files`],
    },
  ],
  probes: [
    {
      of: "a container with all three",
      objects: [deployment({ startupProbe: probe, readinessProbe: probe, livenessProbe: probe })],
      finds: [],
    },
    { of: "a Job's container, which ends", objects: [job()], finds: [] },
    {
      of: "an init container, which ends, beside a container without readiness",
      objects: [deployment({ startupProbe: probe, livenessProbe: probe }, { initContainers: [{ name: "fetch" }] })],
      finds: [`${CONTAINER}.readinessProbe has no readinessProbe`],
    },
    {
      of: "a sidecar, which stays",
      objects: [
        deployment(
          { startupProbe: probe, readinessProbe: probe, livenessProbe: probe },
          { initContainers: [{ name: "proxy", restartPolicy: "Always", startupProbe: probe, readinessProbe: probe }] },
        ),
      ],
      finds: [`${POD}.initContainers[0].livenessProbe has no livenessProbe`],
    },
  ],
  "health-policy": [
    { of: "a container without probes, which another rule is about", objects: [deployment()], finds: [] },
    { of: "seed 003's own", objects: [deployment({ readinessProbe: policy, livenessProbe: policy })], finds: [] },
    {
      of: "a probe that says nothing",
      objects: [deployment({ livenessProbe: probe })],
      finds: ["periodSeconds", "timeoutSeconds", "failureThreshold"].map(
        (field) => `${CONTAINER}.livenessProbe.${field} is left to Kubernetes`,
      ),
    },
    {
      of: "a probe that waits and hesitates",
      objects: [deployment({ readinessProbe: { ...policy, timeoutSeconds: 11, failureThreshold: 4 } })],
      finds: [
        `${CONTAINER}.readinessProbe.timeoutSeconds waits too long for an answer`,
        `${CONTAINER}.readinessProbe decides after 120 s only`,
      ],
    },
  ],
  "requests-and-limits": [
    {
      of: "all four",
      objects: [deployment({ resources: { requests: { cpu, memory }, limits: { cpu, memory } } })],
      finds: [],
    },
    {
      of: "a Job's container without a memory limit",
      objects: [job({ resources: { requests: { cpu, memory }, limits: { cpu } } })],
      finds: [`${CONTAINER}.resources.limits.memory has no memory limit`],
    },
    {
      of: "nothing at all",
      objects: [deployment()],
      finds: ["requests.cpu has no cpu request", "requests.memory has no memory request"]
        .concat(["limits.cpu has no cpu limit", "limits.memory has no memory limit"])
        .map((finding) => `${CONTAINER}.resources.${finding}`),
    },
  ],
  "image-by-digest": [
    { of: "a digest", objects: withImage(`ghcr.io/acme/cart@${DIGEST}`), finds: [] },
    { of: "a digest that the engine will fill in", objects: withImage(imagePlaceholder("cart")), finds: [] },
    {
      of: "a tag",
      objects: withImage("ghcr.io/acme/cart:1.2.3"),
      finds: [`${CONTAINER}.image is not named by its digest`],
    },
    {
      of: "half a digest",
      objects: withImage("ghcr.io/acme/cart@sha256:abc"),
      finds: [`${CONTAINER}.image is not named by its digest`],
    },
  ],
  "image-no-latest": [
    { of: "a version, from a registry with a port", objects: withImage("localhost:5000/cart:1.2.3"), finds: [] },
    { of: "a digest without a tag", objects: withImage(`cart@${DIGEST}`), finds: [] },
    {
      of: "neither tag nor digest, from a registry with a port",
      objects: withImage("localhost:5000/cart"),
      finds: [`${CONTAINER}.image is whatever is called latest`],
    },
    {
      of: "latest, even with a digest",
      objects: withImage(`cart:latest@${DIGEST}`),
      finds: [`${CONTAINER}.image is whatever is called latest`],
    },
  ],
  "no-plaintext-secret-in-environment": [
    { of: "a setting about passwords", objects: withVariable("PASSWORD_MIN_LENGTH", "12"), finds: [] },
    { of: "a number of tokens", objects: withVariable("MAX_TOKENS", "4096"), finds: [] },
    {
      of: "a reference to a Secret",
      objects: [
        deployment({ env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }] }),
      ],
      finds: [],
    },
    { of: "a URL without a password", objects: withVariable("API_URL", "http://cart.shop:8080/"), finds: [] },
    {
      of: "a variable that holds a password by its name",
      objects: withVariable("DB_PASSWORD", "hunter2"),
      finds: [`${CONTAINER}.env[0].value holds a value for DB_PASSWORD in the clear (value not shown)`],
    },
    {
      of: "a URL with a password under a harmless name",
      objects: withVariable("CACHE", "redis://default:hunter2@cache:6379/0"),
      finds: [`${CONTAINER}.env[0].value holds a URL with a password in the clear (value not shown)`],
    },
    {
      of: "a secret of the stack that is not known yet",
      objects: withVariable("GREETING", `hello ${secretPlaceholder("shop.KEY")}`),
      finds: [`${CONTAINER}.env[0].value holds a secret of the stack in the clear (value not shown)`],
    },
  ],
  "no-plaintext-secret-in-arguments": [
    { of: "a port", objects: [deployment({ args: ["--port", "80"] })], finds: [] },
    { of: "a reference to a variable", objects: [deployment({ args: ["--password=$(DB_PASSWORD)"] })], finds: [] },
    {
      of: "a password in one argument and in two",
      objects: [deployment({ command: ["server", "--api-key=hunter2"], args: ["--password", "hunter2"] })],
      finds: [
        `${CONTAINER}.command[1] holds a value for api-key in the clear (value not shown)`,
        `${CONTAINER}.args[1] holds a value for password in the clear (value not shown)`,
      ],
    },
  ],
  "no-plaintext-secret-in-config-map": [
    { of: "plain settings", objects: [configMap({ PORT: "80", TOKEN_TTL: "3600" })], finds: [] },
    {
      of: "a script that reads its password from the environment",
      objects: [configMap({ "init.sh": `psql --set password="$PASSWORD" <<SQL\nPASSWORD :'password';\nSQL` })],
      finds: [],
    },
    {
      of: "a key that holds a token by its name",
      objects: [configMap({ slackBotToken: "hunter2" })],
      finds: ["data.slackBotToken holds a value for slackBotToken in the clear (value not shown)"],
    },
    {
      of: "a password inside a file",
      objects: [
        configMap({ "app.yaml": "database:\n  password: hunter2\n", "redis.conf": "port 1\nrequirepass hunter2" }),
      ],
      finds: [
        'data["app.yaml"] holds a value for password in the clear (value not shown)',
        'data["redis.conf"] holds a value for requirepass in the clear (value not shown)',
      ],
    },
    {
      of: "a private key",
      objects: [configMap({ "tls.pem": "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ" })],
      finds: ['data["tls.pem"] holds a private key in the clear (value not shown)'],
    },
  ],
};
