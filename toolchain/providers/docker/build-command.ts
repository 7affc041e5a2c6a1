import type { ImageInputs } from "./image-inputs.ts";

/** A call of the docker command: secrets are handed over in the environment, which other users cannot list. */
export interface DockerCall {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** `docker build` for an image. */
export function buildCall(image: ImageInputs): DockerCall {
  const args = Object.entries(image.args);
  const secrets = args.filter(([, { secret }]) => secret);
  return {
    arguments: [
      "build",
      "--tag",
      image.imageName,
      "--file",
      image.dockerfile,
      ...args.flatMap(([name, { value, secret }]) => ["--build-arg", secret ? name : `${name}=${value}`]),
      ...option("--target", image.target),
      ...option("--platform", image.platform),
      ...option("--network", image.network),
      ...image.addHosts.flatMap((host) => ["--add-host", host]),
      ...image.cacheFrom.flatMap((name) => ["--cache-from", name]),
      ...(image.classicBuilder ? [] : ["--progress", "plain"]),
      image.context,
    ],
    environment: {
      DOCKER_BUILDKIT: image.classicBuilder ? "0" : "1",
      ...Object.fromEntries(secrets.map(([name, { value }]) => [name, value])),
    },
  };
}

/** The digest that `docker push` reports in its last line: `latest: digest: sha256:… size: 528`. */
export function pushedDigest(output: string): string | undefined {
  return /digest: (sha256:[0-9a-f]{64})/.exec(output)?.[1];
}

/** A docker configuration with the credentials of one registry, for the time of a push. */
export function dockerConfig(server: string, username: string, password: string): string {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [server]: { auth } } });
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}
