import type { Job } from "kubernetes-types/batch/v1";
import { renderRestore } from "../../model/render/backup.ts";
import type { ResolvedBackup } from "../../model/resolve/resolved.ts";

/** The restore Job of a backup, with the image that the running CronJob has by digest in place of the placeholder. */
export function restoreJob(backup: ResolvedBackup, image: string): Job {
  const job = renderRestore(backup);
  const { spec } = job;
  if (!spec?.template.spec) throw new Error("A restore without a pod is none.");
  const containers = spec.template.spec.containers.map((container) => ({ ...container, image }));
  return { ...job, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } } };
}
