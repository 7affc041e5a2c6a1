/**
 * Lets any number of callers share one run of `compute`: those that come while it runs wait for it, those that come
 * within `maxAgeMilliseconds` after it get its result. So probes, gateways and dashboards cost a datastore one query.
 */
export function sharedCheck<T>(
  compute: () => Promise<T>,
  maxAgeMilliseconds: number,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let running: Promise<T> | undefined;
  let last: { readonly value: T; readonly at: number } | undefined;
  return async () => {
    if (running !== undefined) return running;
    if (last !== undefined && now() - last.at < maxAgeMilliseconds) return last.value;
    running = compute();
    try {
      const value = await running;
      last = { value, at: now() };
      return value;
    } finally {
      running = undefined;
    }
  };
}
