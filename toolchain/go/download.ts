import { execa, ExecaError } from "execa";
import { reported, ToolchainError, type Progress } from "../progress.ts";
import { goModuleDirectory, type GoToolModule } from "./modules.ts";

/**
 * The folder with the source of a Go module that a tools module requires, downloaded unless it is there.
 *
 * `go.sum` of the tools module vouches for it. Throws `ToolchainError` when Go is missing or the module cannot be had.
 */
export async function goModuleSource(module: GoToolModule, modulePath: string, progress: Progress): Promise<string> {
  return reported(progress, `Finding the source of ${modulePath}`, async () => {
    try {
      const { stdout } = await execa("go", ["mod", "download", "-json", modulePath], {
        cwd: goModuleDirectory(module),
        env: { GOWORK: "off", GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local" },
      });
      return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
    } catch (error) {
      if (!(error instanceof ExecaError)) throw error;
      throw new ToolchainError(
        `The Go module ${modulePath} cannot be had: ${error.shortMessage}\n${String(error.stdout)}`,
      );
    }
  });
}
