import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { clientConfig, connect } from "../../docker/migrations/src/connect.ts";

const settings = { STATEMENT_TIMEOUT: "60s", LOCK_TIMEOUT: "10s", CONNECT_TIMEOUT_SECONDS: 0 };
const ENDPOINT = "options=endpoint%3Dep-quiet-sun-123456";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("a connection for migrations", () => {
  it("is made by the first URL where that one works", async () => {
    const [first, second] = [await accepting(), await accepting()];
    await (await connect([first.url, second.url], settings, silent)).end();
    expect([first.startups.length, second.startups.length]).toEqual([1, 0]);
  });

  it("is made by the second one, which names the endpoint, where the first is told nothing by SNI", async () => {
    const first = await refusing("XX000", "Endpoint ID is not specified");
    const second = await accepting();
    const lines: string[] = [];
    const client = await connect([first.url, `${second.url}?${ENDPOINT}`], settings, (line) => lines.push(line));
    await client.end();
    expect(second.startups).toEqual([
      expect.objectContaining({
        user: "owner",
        options: "endpoint=ep-quiet-sun-123456 -c statement_timeout=60s -c lock_timeout=10s",
      }),
    ]);
    expect(lines).toEqual([`${first.host}: Endpoint ID is not specified; connected to ${second.host}`]);
  });

  it("is made by the second one where nobody listens at the first", async () => {
    const closed = await accepting();
    await new Promise((resolve) => closed.server.close(resolve));
    const second = await accepting();
    await (await connect([closed.url, second.url], settings, silent)).end();
    expect(second.startups).toHaveLength(1);
  });

  it("is not tried another way when the login is refused", async () => {
    const first = await refusing("28P01", 'password authentication failed for user "owner"');
    const second = await accepting();
    await expect(connect([first.url, second.url], settings, silent)).rejects.toThrow(
      `cannot connect to ${first.host}: password authentication failed for user "owner"`,
    );
    expect(second.startups).toEqual([]);
  });

  it("fails with what each host said, and no password", async () => {
    const [first, second] = [await refusing("XX000", "one"), await refusing("XX000", "two")];
    await expect(connect([first.url, second.url], settings, silent)).rejects.toThrow(
      new Error(`cannot connect to ${first.host}: one; ${second.host}: two`),
    );
  });

  it("is waited for while the server starts, for as long as the settings say", async () => {
    const starting = await refusing("57P03", "the database system is starting up", 2);
    await (await connect([starting.url], { ...settings, CONNECT_TIMEOUT_SECONDS: 30 }, silent)).end();
    expect(starting.startups).toHaveLength(3);
  });
});

it("a URL without options of its own has the time-outs alone, and keeps what else it says", () => {
  const config = clientConfig("postgresql://owner:secret@db.test/shop?sslmode=verify-full", settings);
  expect(config).toMatchObject({
    connectionString: "postgresql://owner:secret@db.test/shop?sslmode=verify-full",
    options: "-c statement_timeout=60s -c lock_timeout=10s",
  });
});

const silent = () => undefined;

interface FakeServer {
  readonly server: Server;
  readonly host: string;
  readonly url: string;
  /** The parameters of every start-up message. */
  readonly startups: Readonly<Record<string, string>>[];
}

const accepting = () => listen(() => undefined);

/** Answers the first `times` start-ups with an error, by default all of them. */
function refusing(code: string, message: string, times = Number.POSITIVE_INFINITY): Promise<FakeServer> {
  return listen((count) => (count <= times ? { code, message } : undefined));
}

/** As much of a PostgreSQL server as a start-up needs (PostgreSQL documentation: Message Flow, Start-up). */
async function listen(
  refusal: (count: number) => { readonly code: string; readonly message: string } | undefined,
): Promise<FakeServer> {
  const startups: Readonly<Record<string, string>>[] = [];
  const server = createServer((socket: Socket) => {
    socket.once("data", (packet: Buffer) => {
      const words = packet.subarray(8).toString("utf8").split("\0");
      const pairs = words.flatMap((word, index) => (index % 2 === 0 && word !== "" ? [[word, words[index + 1]]] : []));
      startups.push(Object.fromEntries(pairs) as Record<string, string>);
      const refused = refusal(startups.length);
      if (!refused) {
        socket.write(Buffer.concat([message("R", Buffer.alloc(4)), message("Z", Buffer.from("I"))]));
        return;
      }
      const fields = `SERROR\0C${refused.code}\0M${refused.message}\0\0`;
      socket.end(message("E", Buffer.from(fields)));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, host, url: `postgresql://owner:secret@${host}/shop`, startups };
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
