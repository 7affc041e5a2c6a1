import { ClusterAccessError } from "./access-error.ts";
import { NoAnswerError, type HttpAnswer } from "./http-get.ts";

/** Items of one page: some hundred objects are a megabyte. */
const PAGE = 200;

interface Page {
  readonly items?: readonly object[];
  readonly metadata?: { readonly continue?: string };
}

/**
 * All items of a list of the API server, page by page (Kubernetes API Concepts: Retrieving large results sets in chunks).
 * None where the cluster does not know the resource.
 *
 * Plain JSON: the client library's objects rename some fields and drop those it does not know.
 */
export async function listItems(
  get: (path: string) => Promise<HttpAnswer>,
  path: string,
  after?: string,
): Promise<readonly object[]> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(after === undefined ? {} : { continue: after }) });
  const { status, body } = await get(`${path}?${query.toString()}`).catch((error: unknown) => {
    if (!(error instanceof NoAnswerError)) throw error;
    throw new ClusterAccessError(`The cluster's API server gave no answer: ${error.message}.`);
  });
  if (status === 404) return [];
  if (status !== 200) throw new ClusterAccessError(`The API server refused GET ${path} (${status}): ${reason(body)}`);
  const page = JSON.parse(body) as Page;
  const next = page.metadata?.continue ?? "";
  return [...(page.items ?? []), ...(next === "" ? [] : await listItems(get, path, next))];
}

function reason(body: string): string {
  try {
    return (JSON.parse(body) as { readonly message?: string }).message ?? body;
  } catch {
    return body;
  }
}
