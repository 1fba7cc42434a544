// Says what is missing before a version is published: one number everywhere, its section in the changelog, and a clean checkout.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();

const version = /^\[workspace\.package\]\nversion = "([^"]+)"/m.exec(read("Cargo.toml"))?.[1];
const versions = {
  "package/package.json": JSON.parse(read("package/package.json")).version,
  "package/template/package.json": JSON.parse(read("package/template/package.json")).dependencies["mp-worker"],
  "Cargo.lock": /name = "mp-worker"\nversion = "([^"]+)"/.exec(read("Cargo.lock"))?.[1],
};
const missing = Object.entries(versions)
  .filter(([, other]) => other !== version)
  .map(([file, other]) => `${file} has version ${other}, and Cargo.toml ${version}.`);

const [newest] = [...read("CHANGELOG.md").matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
if (newest !== version) missing.push(`The first section of CHANGELOG.md is "${newest}", and not "${version}".`);
if (git("status", "--porcelain") !== "") missing.push("There are changes that are not committed.");
if (git("tag", "--list", `v${version}`) !== "") missing.push(`There is a tag v${version} already: raise the version.`);

for (const line of missing) console.error(line);
if (missing.length === 0) {
  console.log(`Version ${version} is ready: make test package, git tag v${version}, npm publish dist/mp-worker-${version}.tgz.`);
}
process.exitCode = missing.length === 0 ? 0 : 1;
