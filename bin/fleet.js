#!/usr/bin/env node
import { importCompiled } from "./compiled.js";

await importCompiled("fleet");
