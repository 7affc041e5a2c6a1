import { ApiException } from "@kubernetes/client-node";

/** What the API answers, or nothing where it has no such object. */
export async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

/** True for an answer that says: another one has been there before (already exists, or another resourceVersion). */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiException && error.code === 409;
}
