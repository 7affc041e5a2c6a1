import { isLoopback } from "../loopback.ts";
import { registryOf, type ImageInputs } from "./image-inputs.ts";

const INSTALL = "Install the official plugin for it: pulumi plugin install resource docker";

/** Why the stand-in may not build on a daemon, or undefined: it has to be this machine's own. */
export function daemonProblem(host: string): string | undefined {
  if (host === "" || host.startsWith("unix://")) return undefined;
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url && ["tcp:", "http:", "https:"].includes(url.protocol) && isLoopback(url.hostname)) return undefined;
  return `the stand-in for the docker plugin only builds on this machine's own daemon, not on ${host}. ${INSTALL}`;
}

/** Why the stand-in may not push an image, or undefined: its registry has to be on the loopback interface. */
export function registryProblem(image: Pick<ImageInputs, "imageName" | "registry" | "skipPush">): string | undefined {
  if (image.skipPush) return undefined;
  const foreign = [registryOf(image.imageName), image.registry.server]
    .filter((server) => server !== undefined)
    .find((server) => !isLoopback(hostOf(server)));
  if (foreign === undefined) return undefined;
  return (
    `the stand-in for the docker plugin only pushes to a registry on the loopback interface, and ${foreign} is not. ` +
    `${INSTALL}, or set skipPush`
  );
}

function hostOf(server: string): string {
  const url = server.includes("://") ? server : `http://${server}`;
  return URL.canParse(url) ? new URL(url).hostname : server;
}
