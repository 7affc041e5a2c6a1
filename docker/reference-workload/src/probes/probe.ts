import { withDeadline } from "../deadline.ts";

/** Finds out whether one dependency answers. */
export interface Probe {
  /** Resolves when the dependency answered, rejects with the reason when it did not. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** How long one check may take. */
export const checkMilliseconds = 1_000;

/** An open connection of a client library. */
export interface Connection {
  ping(): Promise<unknown>;
  close(): unknown;
}

/**
 * A probe on one kept connection. A connection that is lost or does not answer is thrown away and the next check opens
 * a new one: that is all the reconnecting there is, and it holds for a server that hangs as well as for one that left.
 */
export function keptConnection(open: (lost: () => void) => Promise<Connection>): Probe {
  let current: Promise<Connection> | undefined;

  const discard = (connection: Promise<Connection>): void => {
    if (current === connection) current = undefined;
    connection
      .then((opened) => opened.close())
      .catch(() => {
        // It is thrown away because it is broken: that closing it fails as well says nothing new.
      });
  };

  return {
    async check() {
      if (current === undefined) {
        const opening: Promise<Connection> = open(() => {
          if (current === opening) current = undefined;
        });
        current = opening;
      }
      const connection = current;
      try {
        await withDeadline(
          connection.then((opened) => opened.ping()),
          checkMilliseconds,
        );
      } catch (error) {
        discard(connection);
        throw error;
      }
    },
    close() {
      if (current !== undefined) discard(current);
      return Promise.resolve();
    },
  };
}
