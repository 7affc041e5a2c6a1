import { z } from "zod";

/**
 * A fault that the workload shows on purpose, so that a release can be seen to fail (environment variable
 * `REFERENCE_FAULT`). `errors` and `slow` touch the documented endpoints and the page, never the health paths.
 */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({
    kind: z.literal("errors"),
    /** Share of requests that fail, 0 to 1. */
    rate: z.number().min(0).max(1),
    /** HTTP status of the failing ones. */
    status: z.int().min(400).max(599).default(500),
  }),
  z.strictObject({ kind: z.literal("slow"), milliseconds: z.int().min(0).max(600_000) }),
  z.strictObject({
    kind: z.literal("crash"),
    afterSeconds: z.number().min(0).max(86_400),
    exitCode: z.int().min(1).max(255).default(1),
  }),
  z.strictObject({ kind: z.literal("unready"), afterSeconds: z.number().min(0).max(86_400).default(0) }),
  z.strictObject({ kind: z.literal("slow-start"), seconds: z.number().min(0).max(3_600) }),
]);

export type Fault = z.output<typeof faultSchema>;

/**
 * Whether the request with this number (from 0) is one that fails at this rate.
 *
 * Spread evenly instead of drawn at random: a rate of 0.1 fails exactly one request in ten, so tests can count.
 */
export function failsAtRate(requestNumber: number, rate: number): boolean {
  return Math.floor((requestNumber + 1) * rate) > Math.floor(requestNumber * rate);
}
