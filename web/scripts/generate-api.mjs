// Writes src/protocol/api.ts, the shapes of HTTP bodies, from docs/openapi.json (which a running server gives:
// `curl http://127.0.0.1:8000/openapi.json`, formatted). `--check` writes nothing and fails when the committed file differs.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const schemaFile = fileURLToPath(new URL("../../docs/openapi.json", import.meta.url));
const outputFile = fileURLToPath(new URL("../src/protocol/api.ts", import.meta.url));

const banner = `/* eslint-disable */
// Generated from docs/openapi.json by \`npm run protocol\`. Never edited by hand.`;

/** Field titles would make every field a named type of its own. */
function untitled(shape) {
  if (Array.isArray(shape)) return shape.map(untitled);
  if (typeof shape !== "object" || shape === null) return shape;
  const kept = Object.entries(shape).filter(([name, value]) => name !== "title" || typeof value !== "string");
  return Object.fromEntries(kept.map(([name, value]) => [name, untitled(value)]));
}

export async function generate() {
  const described = JSON.parse(await readFile(schemaFile, "utf8"));
  const text = JSON.stringify(untitled(described.components.schemas));
  const definitions = JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/"));
  const properties = Object.fromEntries(
    Object.keys(definitions).map((name) => [name, { $ref: `#/$defs/${name}` }]),
  );
  const schema = { title: "HttpBodies", type: "object", additionalProperties: false, properties };
  const source = await compile(
    { ...schema, required: Object.keys(properties), $defs: definitions },
    "HttpBodies",
    {
      bannerComment: banner,
      additionalProperties: false,
      style: { printWidth: 110 },
    },
  );
  const remark = / \*\n \* This interface was referenced by[^\n]*\n[^\n]*definition "[^"]*"\.\n/g;
  const lone = /\/\*\*\n \* This interface was referenced by[^\n]*\n[^\n]*definition "[^"]*"\.\n \*\/\n/g;
  return source.replace(lone, "").replace(remark, "").trimEnd() + "\n";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const generated = await generate();
  if (process.argv.includes("--check")) {
    if ((await readFile(outputFile, "utf8")) !== generated) {
      console.error("src/protocol/api.ts is not what docs/openapi.json gives: npm run protocol");
      process.exitCode = 1;
    }
  } else {
    await writeFile(outputFile, generated);
  }
}
