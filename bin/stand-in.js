// The engine's name for a provider plugin comes first, then what the engine itself passes to every plugin.
import { importCompiled } from "./compiled.js";

const [provider] = process.argv.splice(2, 1);
await importCompiled(provider);
