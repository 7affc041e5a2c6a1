import type { Diagnosis } from "./diagnosis.ts";
import type { ObjectRef } from "./snapshot.ts";

/** The commands an engineer would type next, ready to paste; the most telling first. */
export function commandsFor(diagnosis: Diagnosis, context: string): readonly string[] {
  const { kind, object, related, workload, logs } = diagnosis;
  const kubectl = `kubectl --context ${quoted(context)} -n ${object.namespace}`;
  const describe = (ref: ObjectRef): string => `${kubectl} describe ${ref.kind.toLowerCase()} ${ref.name}`;
  const claims = related.filter((ref) => ref.kind === "PersistentVolumeClaim").map(describe);
  const extra: Partial<Record<Diagnosis["kind"], readonly string[]>> = {
    quota: [`${kubectl} describe resourcequota`],
    configuration: [`${kubectl} get configmaps,secrets`],
    unschedulable: [`kubectl --context ${quoted(context)} describe nodes`],
    volume: claims.length > 0 ? claims : [`${kubectl} get persistentvolumeclaims`],
  };
  const log = logs && `${kubectl} logs ${logs.pod} -c ${logs.container}${logs.previous ? " --previous" : ""}`;
  return [
    describe(object),
    ...(log ? [log] : []),
    ...(extra[kind] ?? []),
    ...(object.uid !== workload.uid ? [describe(workload)] : []),
    "fleet health",
  ];
}

function quoted(text: string): string {
  return /^[\w@:./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
