import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

type Inputs = Readonly<Record<string, unknown>>;

/** One registration as the engine gets it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** `type::name` of the parent; empty for a resource at the top. */
  readonly parent: string;
  /** `type::name` of everything it has to wait for; of a component, that is its children. */
  readonly dependencies: readonly string[];
  /** Reference of the provider; empty for the default one. */
  readonly provider: string;
  /** Its inputs, with secrets in the clear. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Its inputs as they travel, with each secret wrapped in a mark. */
  readonly marked: unknown;
  readonly deleteBeforeReplace: boolean;
}

/** What travels in a secret's place, beside its value (Pulumi: resource property signatures). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The digest that builds come back with. */
export const BUILT_DIGEST = `sha256:${"d".repeat(64)}`;

/** The digest that several builds, joined, come back with. */
export const JOINED_DIGEST = `sha256:${"e".repeat(64)}`;

type Respond = (error: unknown, response: { getUrn: () => string } | undefined) => void;

/** Lets the mocks' own monitor work, and writes down what it is asked: mocks alone see neither parents nor order. */
function record(registrations: Registration[], failures: unknown[]): void {
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (!(monitor instanceof MockMonitor)) throw new Error("The mocks are not in place.");
  const respond = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback: Respond) =>
    respond(request, (error: unknown, response: { getUrn: () => string } | undefined) => {
      if (error) failures.push(error);
      if (response) registrations.push(registrationOf(request, response.getUrn()));
      callback(error, response);
    });
}

function registrationOf(request: RegisterResourceRequest, urn: string): Registration {
  const marked: unknown = request.getObject()?.toJavaScript() ?? {};
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: shortUrn(request.getParent()),
    dependencies: request.getDependenciesList().map(shortUrn),
    provider: request.getProvider(),
    inputs: unmarked(marked) as Readonly<Record<string, unknown>>,
    marked,
    deleteBeforeReplace: request.getDeletebeforereplace(),
  };
}

/** `type::name` of a URN. */
function shortUrn(urn: string): string {
  const [, , types = "", name = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return urn === "" ? "" : `${types.split("$").at(-1) ?? ""}::${name}`;
}

/** Runs a program against an engine that knows only fleet's resources, and waits for every registration. */
export async function register<T>(
  program: () => T | Promise<T>,
  options: {
    readonly config?: Readonly<Record<string, string>>;
    readonly stack?: string;
    readonly password?: (name: string) => string;
  } = {},
): Promise<{ readonly result: T; readonly registrations: readonly Registration[] }> {
  const { config = {}, stack = "test", password = (name) => `generated-for-${name}` } = options;
  const mocks: pulumi.runtime.Mocks = {
    call: ({ token }) => {
      throw new Error(`Nothing should call ${token}.`);
    },
    newResource: ({ type, name, inputs }) => ({
      id: `${name}-id`,
      state: stateOf(type, name, inputs as Inputs, password),
    }),
  };
  const registrations: Registration[] = [];
  const failures: unknown[] = [];
  await pulumi.runtime.setMocks(mocks, "fleet", stack);
  record(registrations, failures);
  pulumi.runtime.setAllConfig({ ...config });
  const result = await program();
  await pulumi.runtime.disconnect();
  if (failures.length > 0) throw new AggregateError(failures, "The engine refused a registration.");
  return { result, registrations };
}

function stateOf(
  type: string,
  name: string,
  inputs: Inputs,
  password: (name: string) => string,
): Record<string, unknown> {
  if (type === "random:index/randomPassword:RandomPassword") {
    const result = { [SIGNATURE]: SECRET, value: password(name) };
    return { ...inputs, result };
  }
  if (type === "docker:index/image:Image") {
    const [repository = ""] = String(inputs["imageName"]).split(/:(?=[^/:]*$)/);
    return { ...inputs, repoDigest: `${repository}@${BUILT_DIGEST}` };
  }
  if (type === "docker-build:index:Image") {
    const [tag = ""] = inputs["tags"] as readonly string[];
    return { ...inputs, digest: BUILT_DIGEST, ref: `${tag}@${BUILT_DIGEST}` };
  }
  if (type === "docker-build:index:Index") return { ...inputs, ref: `${String(inputs["tag"])}@${JOINED_DIGEST}` };
  if (/^(kubernetes|fleet|pulumi:providers):/.test(type)) return { ...inputs };
  throw new Error(`Nothing should register a ${type}.`);
}

function unmarked(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(unmarked);
  if (typeof data !== "object" || data === null) return data;
  if (isSecret(data)) return unmarked((data as { readonly value?: unknown }).value);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, unmarked(value)]));
}

/** Whether a value as it travels is marked secret. */
export function isSecret(data: unknown): boolean {
  return typeof data === "object" && data !== null && (data as Record<string, unknown>)[SIGNATURE] === SECRET;
}

/** Everything in plain data that travels in the clear, as text: secrets left out. */
export function inTheClear(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => (isSecret(value) ? "[secret]" : value));
}

/** One registration by type and name, or a failure because there is none. */
export function registrationBy(registrations: readonly Registration[], type: string, name: string): Registration {
  const found = registrations.find((one) => one.type === type && one.name === name);
  if (!found) throw new Error(`No ${type} ${name} among ${registrations.map((one) => one.name).join(", ")}`);
  return found;
}
