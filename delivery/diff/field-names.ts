/** How a field is called in a sentence. */
export interface FieldName {
  readonly name: string;
  /** Follows the value: `s`, `%`. */
  readonly unit?: string;
}

type Naming = readonly [pattern: string, name: string, unit?: string];

const PROBE_FIELDS: readonly Naming[] = ["startup", "readiness", "liveness"].flatMap((probe): Naming[] => {
  const place = `pod/containers/*/${probe}Probe`;
  return [
    [`${place}/httpGet/port`, `${probe} probe's port`],
    [`${place}/tcpSocket/port`, `${probe} probe's port`],
    [`${place}/httpGet/path`, `${probe} probe's path`],
    [`${place}/periodSeconds`, `${probe} probe's period`, " s"],
    [`${place}/timeoutSeconds`, `${probe} probe's timeout`, " s"],
    [`${place}/initialDelaySeconds`, `${probe} probe's first delay`, " s"],
    [`${place}/failureThreshold`, `${probe} probe's failures in a row`],
  ];
});

// Names by place, the more telling first: of equal changes the first names the line. `*` is one step and `$1`, `$2` name
// what it stands for; `pod` is the pod template of any workload.
const NAMINGS: readonly Naming[] = [
  ["pod/containers/*/ports/*/containerPort", "port"],
  ["spec/replicas", "replicas"],
  ["spec/minReplicas", "fewest replicas"],
  ["spec/maxReplicas", "most replicas"],
  ["spec/metrics/*/resource/target/averageUtilization", "CPU use that scaling aims at", "%"],
  ["pod/containers/*/resources/requests/cpu", "CPU request"],
  ["pod/containers/*/resources/limits/cpu", "CPU limit"],
  ["pod/containers/*/resources/requests/memory", "memory request"],
  ["pod/containers/*/resources/limits/memory", "memory limit"],
  ["pod/containers/*/image", "image"],
  ["pod/initContainers/*/image", "image of $1"],
  ["spec/volumeClaimTemplates/*/spec/resources/requests/storage", "volume size"],
  ["spec/resources/requests/storage", "volume size"],
  ["spec/accessModes/*", "volume access mode $1"],
  ["spec/ports/*/nodePort", "NodePort"],
  ["spec/ports/*/port", "Service port"],
  ["spec/ports/*/targetPort", "Service target port"],
  ["spec/type", "Service type"],
  ["spec/rules/*/http/paths/*/backend/service/port/number", "ingress port"],
  ["spec/ingress/*", "lets in $1"],
  ["spec/egress/*", "lets out to $1"],
  ["data/*", "variable $1"],
  ["data/*/**", "variable $1: $2"],
  ["pod/containers/*/env/*/value", "variable $2"],
  ["pod/containers/*/env/*", "variable $2"],
  ...PROBE_FIELDS,
  ["pod/terminationGracePeriodSeconds", "termination grace", " s"],
  ["pod/containers/*/args", "arguments"],
  ["pod/containers/*/command", "command"],
  ["pod/containers/*/envFrom/*", "environment from $2"],
  ["pod/containers/*/volumeMounts/*", "mount $2"],
  ["pod/containers/*/volumeMounts/*/**", "mount $2: $3"],
  ["pod/containers/*/**", "container: $2"],
  ["pod/volumes/*", "volume $1"],
  ["pod/volumes/*/**", "volume $1: $2"],
  ["spec/rules/*", "ingress host $1"],
  ["spec/minAvailable", "pods that a disruption must leave"],
  ["spec/schedule", "schedule"],
  ["pod-metadata/labels/*", "pod label $1"],
  ["metadata/labels/*", "label $1"],
  ["metadata/annotations/*", "annotation $1"],
  ["pod-metadata/annotations/*", "pod annotation $1"],
];

const PATTERNS = NAMINGS.map(([pattern, name, unit]) => ({ steps: pattern.split("/"), name, unit }));

/** The sentence's name of a field, and how telling it is: smaller goes first. Unlisted fields go by their path. */
export function fieldName(path: readonly string[]): FieldName & { readonly rank: number } {
  const place = podPlace(path);
  for (const [rank, { steps, name, unit }] of PATTERNS.entries()) {
    const stars = match(steps, place);
    if (!stars) continue;
    const named = name.replaceAll(/\$(\d)/g, (_, index: string) => stars[Number(index) - 1] ?? "");
    return { name: named, ...(unit === undefined ? {} : { unit }), rank };
  }
  const shown = place.filter((step) => step !== "spec");
  return { name: shown.length === 0 ? "the order of a list" : shown.join("."), rank: PATTERNS.length };
}

const POD_TEMPLATES = [
  ["spec", "jobTemplate", "spec", "template"],
  ["spec", "template"],
];

function podPlace(path: readonly string[]): readonly string[] {
  const template = POD_TEMPLATES.find((prefix) => prefix.every((step, index) => path[index] === step));
  if (!template) return path;
  const [part, ...rest] = path.slice(template.length);
  return part === "metadata" ? ["pod-metadata", ...rest] : ["pod", ...rest];
}

function match(steps: readonly string[], place: readonly string[]): readonly string[] | undefined {
  const open = steps.at(-1) === "**";
  const fixed = open ? steps.slice(0, -1) : steps;
  if (open ? place.length <= fixed.length : place.length !== fixed.length) return undefined;
  const stars: string[] = [];
  for (const [index, step] of fixed.entries()) {
    const here = place[index] ?? "";
    if (step === "*") stars.push(here);
    else if (step !== here) return undefined;
  }
  return open ? [...stars, place.slice(fixed.length).join(".")] : stars;
}
