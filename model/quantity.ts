import { z } from "zod";

/** CPU as Kubernetes writes it: millicores (`100m`) or whole cores (`2`). */
export const cpuSchema = z
  .string()
  .regex(/^([1-9][0-9]*m|[1-9][0-9]*)$/, { error: "a CPU quantity such as 100m or 2" })
  .meta({ examples: ["100m", "2"] });

/** Memory or storage as Kubernetes writes it, in binary units: `128Mi`, `2Gi`. */
export const bytesSchema = z
  .string()
  .regex(/^[1-9][0-9]*(Ki|Mi|Gi|Ti)$/, { error: "a quantity in binary units such as 512Mi or 2Gi" })
  .meta({ examples: ["512Mi", "2Gi"] });

const UNIT_BYTES: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** Millicores of a CPU quantity that `cpuSchema` accepts. */
export function millicores(cpu: string): number {
  return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000;
}

/** Bytes of a quantity that `bytesSchema` accepts. */
export function bytes(quantity: string): number {
  return Number(quantity.slice(0, -2)) * (UNIT_BYTES[quantity.slice(-2)] ?? 1);
}
