import type { Credentials, ImageInputs } from "./image-inputs.ts";

/** A call of the docker command: secrets are handed over in the environment, which other users cannot list. */
export interface DockerCall {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The builders that a docker command may have: BuildKit, or the classic one where it lacks BuildKit's plugin. */
export type Builder = "buildkit" | "classic";

/** `docker build` for an image. */
export function buildCall(image: ImageInputs, builder: Builder): DockerCall {
  const args = Object.entries(image.args);
  const secrets = args.filter(([, { secret }]) => secret);
  return {
    arguments: [
      "build",
      ...image.tags.flatMap((tag) => ["--tag", tag]),
      "--file",
      image.dockerfile,
      ...args.flatMap(([name, { value, secret }]) => ["--build-arg", secret ? name : `${name}=${value}`]),
      ...option("--target", image.target),
      ...option("--platform", image.platform),
      ...option("--network", image.network),
      ...image.addHosts.flatMap((host) => ["--add-host", host]),
      ...(builder === "classic" ? [] : ["--progress", "plain"]),
      image.context,
    ],
    environment: {
      DOCKER_BUILDKIT: builder === "classic" ? "0" : "1",
      ...Object.fromEntries(secrets.map(([name, { value }]) => [name, value])),
    },
  };
}

/** The digest that `docker push` reports in its last line: `latest: digest: sha256:… size: 528`. */
export function pushedDigest(output: string): string | undefined {
  return /digest: (sha256:[0-9a-f]{64})/.exec(output)?.[1];
}

/** A docker configuration with the credentials of registries, for the time of a push. */
export function dockerConfig(registries: readonly Credentials[]): string {
  const entries = registries.map(({ address, username, password }) => [
    address,
    { auth: Buffer.from(`${username}:${password}`).toString("base64") },
  ]);
  return JSON.stringify({ auths: Object.fromEntries(entries) as unknown });
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}
