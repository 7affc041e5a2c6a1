import { checkMilliseconds, type Probe } from "./probe.ts";

/** GET of `path` at the service's URL. Any answer but a success is a failure, a redirection as well. */
export function httpProbe(url: string, path: string): Probe {
  const target = new URL(path, url);
  return {
    async check() {
      let response: Response;
      try {
        response = await fetch(target, { redirect: "manual", signal: AbortSignal.timeout(checkMilliseconds) });
      } catch (error) {
        if (error instanceof DOMException && error.name === "TimeoutError") {
          throw new Error(`no answer within ${checkMilliseconds / 1000} s`, { cause: error });
        }
        throw error;
      }
      // Unread bodies hold their sockets.
      await response.body?.cancel();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
    },
    close: () => Promise.resolve(),
  };
}
