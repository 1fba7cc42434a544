# Each target installs its own dependencies, from rustup, crates.io and npm only.
#   make dev     run the worker on this machine, with the sandbox as WeChat; RESET=1 deletes what it stored before
#   make test    all tests, native and edge
#   make lint    formatting, clippy on host and wasm32, documentation, licences and advisories; warnings are errors
#   make build   build the release module and print its size
#   make package build the npm package that deploys without Rust, and print its size
#   make deploy  build, create what is missing on Cloudflare, migrate the database, and upload
#   make release-check  say what is missing before a version is published
#   make rules   check RULES=rules.json and publish it to WORKER=https://... with API_KEY=...
#   make interop run clients from npm and PyPI through the gateway, typed clients made from openapi.json, and the documented backends (needs Python; the Go compiler comes from PyPI)
#   make bench   measure what a request costs, next to other workers and libraries (needs Linux and Python; 15 minutes)
#   make fuzz    fuzz the decoders for FUZZ_SECONDS=60 each (needs nightly Rust and cargo-fuzz)

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: dev test test-native test-console test-edge test-browser test-package interop bench bench-check lint build package deploy release-check rules fuzz clean

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export WRANGLER_SEND_METRICS := false
export CLOUDFLARE_CF_FETCH_ENABLED := false
# worker-build downloads each of these unless its path is given.
export WASM_BINDGEN_BIN := $(CURDIR)/.tools/bin/wasm-bindgen
export WASM_OPT_BIN := $(CURDIR)/node_modules/.bin/wasm-opt
export ESBUILD_BIN := $(CURDIR)/node_modules/.bin/esbuild
# In what is minified already, esbuild does not find the classes that are never used.
export NO_MINIFY := 1

# The build name that /healthz reports.
MP_WORKER_BUILD ?= development
export MP_WORKER_BUILD

# Assistants take 60 KiB of it, and what the console's editors and lists ask for 55. Cloudflare accepts 3 MiB.
MAX_KIB := 640
# The module, the console and the migrations.
PACKAGE_MAX_KIB := 1000
VERSION := $(shell sed -n '/^\[workspace.package\]/,/^$$/s/^version = "\(.*\)"/\1/p' Cargo.toml)
TARBALL := dist/mp-worker-$(VERSION).tgz
# What the command line refers to.
PACKAGE_DOCS := docs/deploy.md docs/deploy.zh-CN.md docs/relay.md docs/relay.zh-CN.md
PACKAGE_SOURCES := $(shell find package/src package/relay migrations -type f) $(addprefix package/,package.json README.md README.zh-CN.md template/wrangler.jsonc) \
	rules.example.json LICENSE public/_headers public/openapi.json $(PACKAGE_DOCS)
WORKER_BUILD_VERSION := 0.8.7
# The version of the wasm-bindgen CLI must match Cargo.lock exactly.
WASM_BINDGEN_VERSION := $(shell grep -A1 '^name = "wasm-bindgen"$$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')
TOOLS := .tools/worker-build-$(WORKER_BUILD_VERSION)-wasm-bindgen-$(WASM_BINDGEN_VERSION)
DENY_VERSION := 0.20.2
DENY := .tools/cargo-deny-$(DENY_VERSION)
CARGO_DENY := .tools/bin/cargo-deny --log-level error --workspace
NODE_TOOLS := node_modules/.package-lock.json
MODULE := build/index_bg.wasm
CLUSTER := scripts/cluster-functions.mjs
# The undocumented parts of worker-build's output that src/edge/entry.js relies on: the state that requests a restart
# of the module after a panic, and the exports as methods of the entry point.
GLUE := '__worker_init_state *= *\{ *criticalError' '\.prototype\.serve *=' '\.prototype\.scheduled *='
CONSOLE := public/console/index.html
# The tarball of the npm package, installed where no test changes it.
INSTALLED := dist/installed/node_modules/mp-worker/package.json
CONSOLE_TOOLS := console/node_modules/.package-lock.json
CONSOLE_SOURCES := $(shell find console/src console/scripts console/assets-public -type f) console/index.html console/vite.config.ts console/tsconfig.json
SOURCES := $(shell find src aes-cbc wechat-xml -name '*.rs' -o -name '*.js') Cargo.toml Cargo.lock .cargo/config.toml

dev: $(MODULE) $(CONSOLE)
	@echo "==> building the sandbox"
	@cargo build --package sandbox
	@cargo run --quiet --package sandbox -- dev

test: test-native test-console test-package test-edge test-browser bench-check

test-native:
	@echo "==> native tests"
	@cargo test --workspace
	@echo "==> the decisions benchmark, one untimed run"
	@cargo test --quiet --bench decisions > /dev/null

test-console: $(CONSOLE_TOOLS)
	@echo "==> unit tests of the console"
	@cd console && npm run --silent test

test-edge: build
	@echo "==> edge tests: the release module in workerd and under wrangler dev"
	@cargo test --test edge

test-browser: build $(CONSOLE_TOOLS)
	@cargo build --quiet --package sandbox
	@echo "==> browser tests: the console in Chromium, with the built worker and the sandbox"
	@cd console && npm run --silent test:browser

test-package: $(INSTALLED) $(CONSOLE_TOOLS)
	@cargo build --quiet --package sandbox
	@echo "==> the command line of the npm package"
	@node --test --test-reporter=dot 'package/test/*.test.js'
	@echo "==> the npm package: wrangler deploys it to a simulated Cloudflare"
	@node --test --test-reporter=dot --test-concurrency=2 'tests/deploy/*.test.js'

$(INSTALLED): $(TARBALL)
	@echo "==> installing the npm package into dist/installed"
	@rm -rf dist/installed && mkdir -p dist/installed && echo '{"private": true}' > dist/installed/package.json
	@cd dist/installed && npm install --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error $(CURDIR)/$(TARBALL)
	@touch $@

INTEROP := tests/interop/node_modules/.package-lock.json tests/interop/.venv/installed
interop: build $(INTEROP) $(INSTALLED)
	@echo "==> clients from npm and PyPI through the gateway, clients made from openapi.json, and the backends of docs/backends"
	@cargo test --test interop
	@echo "==> the configurations of the relay in nginx and Caddy"
	@export PATH="$(CURDIR)/tests/interop/.venv/bin:$$PATH:/usr/sbin"; \
	command -v nginx > /dev/null || { echo "nginx is missing. make interop needs it; on Debian: apt-get install nginx-light"; exit 1; }; \
	node --test --test-reporter=dot tests/deploy/relay/relay.interop.js

tests/interop/node_modules/.package-lock.json: tests/interop/package.json tests/interop/package-lock.json
	@cd tests/interop && npm ci --ignore-scripts --loglevel=error
	@touch $@

tests/interop/.venv/installed: tests/interop/requirements.txt
	@command -v python3 > /dev/null || { echo "python3 is missing. make interop needs it."; exit 1; }
	@python3 -m venv tests/interop/.venv || { echo "On Debian: apt-get install python3-venv"; exit 1; }
	@tests/interop/.venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/interop/requirements.txt
	@touch $@

# BENCH_BEFORE=folder also measures the build in that folder, for comparison.
PEERS := benches/runtime/peers
bench: build $(PEERS)/node_modules/.package-lock.json $(PEERS)/.venv/installed
	@echo "==> CPU time of requests in workerd (BENCH_ROUNDS=7 rounds of BENCH_REQUESTS=4000 requests)"
	@cargo test --quiet --bench runtime -- full
	@echo "==> D1 rows with 1,000 and with 1,000,000 messages"
	@printf '\n## Rows of D1\n\nThe rows that D1 charges, with 1,000 messages and with 1,000,000.\n\n' >> benches/RESULTS.md
	@printf '| | read at 1,000 | read at 1,000,000 | written |\n|---|--:|--:|--:|\n' >> benches/RESULTS.md
	@cargo test --quiet --test edge -- cost | grep '^| ' | tee -a benches/RESULTS.md
	@echo "==> the core's decisions, natively, with the module's compiler settings"
	@printf '\n## The core alone, natively\n\n`cargo bench --bench decisions`; the number next to a name is the bytes of text, or the rules.\n\n```text\n' >> benches/RESULTS.md
	@cargo bench --quiet --bench decisions | sed 's/ *$$//' | tee -a benches/RESULTS.md
	@printf '```\n' >> benches/RESULTS.md

# One short round without the other libraries. It checks every response but measures nothing.
bench-check: build
	@echo "==> the runtime benchmark, one short untimed round"
	@cargo test --quiet --bench runtime -- check

$(PEERS)/node_modules/.package-lock.json: $(PEERS)/package.json $(PEERS)/package-lock.json
	@cd $(PEERS) && npm ci --ignore-scripts --loglevel=error
	@touch $@

$(PEERS)/.venv/installed: $(PEERS)/requirements.txt
	@command -v python3 > /dev/null || { echo "python3 is missing. make bench needs it."; exit 1; }
	@python3 -m venv $(PEERS)/.venv || { echo "On Debian: apt-get install python3-venv"; exit 1; }
	@$(PEERS)/.venv/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

lint: $(DENY) $(CONSOLE_TOOLS)
	@echo "==> formatting"
	@cargo fmt --all --check || { echo "Run 'cargo fmt --all' to fix it."; exit 1; }
	@echo "==> clippy, host"
	@cargo clippy --workspace --all-targets -- -D warnings
	@# --all-targets skips targets with test = false.
	@cargo clippy --test edge --test interop -- -D warnings
	@echo "==> clippy, wasm32 (src/edge is compiled only there)"
	@cargo clippy --lib --target wasm32-unknown-unknown -- -D warnings
	@echo "==> documentation"
	@RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet
	@echo "==> licences of the dependencies"
	@$(CARGO_DENY) check licenses
	@echo "==> known advisories about the dependencies"
	@if $(CARGO_DENY) fetch db 2> /dev/null; then $(CARGO_DENY) --offline check advisories; \
	else echo "The list of advisories on GitHub cannot be reached, so this was not checked."; fi
	@echo "==> the console: its client matches openapi.json, and its types"
	@cd console && npm run --silent schema -- --check && npm run --silent types
	@echo "==> the types of the npm package"
	@console/node_modules/.bin/tsc --project package

build: $(MODULE) $(CONSOLE)
	@raw=$$(cat build/index.js $(MODULE) | wc -c); zipped=$$(cat build/index.js $(MODULE) | gzip -9 | wc -c); \
	echo "The module: $$((raw / 1024)) KiB, $$((zipped / 1024)) KiB gzip; $(MAX_KIB) KiB gzip is the limit."; \
	[ $$zipped -le $$(($(MAX_KIB) * 1024)) ] || { echo "The module is too large. Check what the last dependency added."; exit 1; }

package: build $(TARBALL)
	@size=$$(wc -c < $(TARBALL)); echo "The package: $(TARBALL), $$((size / 1024)) KiB; $(PACKAGE_MAX_KIB) KiB is the limit."; \
	[ $$size -le $$(($(PACKAGE_MAX_KIB) * 1024)) ] || { echo "The package is too large. Check what was added to it."; exit 1; }

# What npm publishes. Only npm's dependencies are downloaded where it is installed.
$(TARBALL): $(MODULE) $(CONSOLE) $(PACKAGE_SOURCES)
	@rm -rf dist/package && mkdir -p dist/package/worker dist/package/template
	@cp -R package/src package/relay package/package.json package/README.md package/README.zh-CN.md LICENSE public migrations rules.example.json dist/package/
	@cp package/template/wrangler.jsonc dist/package/template/
	@mkdir dist/package/docs && cp $(PACKAGE_DOCS) dist/package/docs/
	@cp build/index.js $(MODULE) dist/package/worker/
	@cd dist && npm pack --silent ./package > /dev/null

# The module contains its commit, so it is always rebuilt. DEPLOY_FLAGS=--dry-run changes nothing.
deploy: $(NODE_TOOLS)
	@rm -f $(MODULE)
	@$(MAKE) build MP_WORKER_BUILD="$$(git describe --always --dirty)"
	@node package/src/main.cjs deploy --config wrangler.toml $(DEPLOY_FLAGS)

release-check: $(NODE_TOOLS)
	@node scripts/release-check.mjs

RULES ?= rules.json
rules:
	@[ -n "$${WORKER:-}" ] && [ -n "$${API_KEY:-}" ] || { \
		echo "Name the file, the worker and an API key: make rules RULES=rules.example.json WORKER=https://wx.example.com API_KEY=..."; exit 1; }
	@cargo run --quiet --package sandbox -- publish-rules $(RULES)

FUZZ_SECONDS ?= 60
fuzz:
	@cargo clippy --manifest-path fuzz/Cargo.toml -- -D warnings
	@cargo +nightly fuzz --version > /dev/null 2>&1 || { echo "Run 'rustup toolchain install nightly' and 'cargo install cargo-fuzz' first."; exit 1; }
	@mkdir -p fuzz/corpus/xml && cp tests/fixtures/messages/*.xml fuzz/corpus/xml/ && cp -n tests/fixtures/events/*.xml fuzz/corpus/xml/
	@for target in xml envelope callback foreign_text assistant_text; do \
		echo "==> fuzzing $$target for $(FUZZ_SECONDS) seconds"; \
		cargo +nightly fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=4096; \
	done

clean:
	rm -rf build dist target .tools node_modules .dev .wrangler console/node_modules console/dist public/console

# One rule builds both files of the Worker.
$(MODULE) build/index.js &: $(SOURCES) $(CLUSTER) $(NODE_TOOLS) $(TOOLS) rust-toolchain.toml
	@echo "==> building the module (2 to 5 minutes the first time, then 20 seconds for each change)"
	@.tools/bin/worker-build --release
	@# worker-build keeps the names of all functions, which are replaced by names that sort similar ones together, and removed.
	@node $(CLUSTER) $(MODULE)
	@wasm-opt --reorder-functions-by-name --strip-debug $(MODULE) -o $(MODULE).stripped
	@mv build/index.js build/generated.js
	@for part in $(GLUE); do grep -Eq "$$part" build/generated.js || { \
		echo "The output of worker-build does not contain $$part, which src/edge/entry.js needs. Adapt entry.js to worker-build $(WORKER_BUILD_VERSION)."; exit 1; }; done
	@esbuild src/edge/entry.js --bundle --minify --format=esm --log-level=warning --outfile=build/index.js \
		--alias:generated=./build/generated.js --external:./index_bg.wasm --external:cloudflare:workers \
		--define:Symbol.dispose=undefined
	@rm build/generated.js
	@mv $(MODULE).stripped $(MODULE)

# The build fails over the limits of console/scripts/budgets.ts.
$(CONSOLE): $(CONSOLE_SOURCES) $(CONSOLE_TOOLS) public/openapi.json
	@echo "==> building the console"
	@cd console && npm run --silent build -- --logLevel=warn
	@touch $@

$(CONSOLE_TOOLS): console/package.json console/package-lock.json $(NODE_TOOLS)
	@echo "==> installing Vue, Vite and what tests the console into console/node_modules (once, about a minute)"
	@cd console && npm ci --ignore-scripts --loglevel=error
	@touch $@

$(TOOLS):
	@command -v rustup > /dev/null || { echo "rustup is missing. Install it from https://rustup.rs, then run make again."; exit 1; }
	@rustup target add wasm32-unknown-unknown
	@echo "==> installing worker-build and wasm-bindgen into .tools (once, 2 to 6 minutes)"
	@CARGO_TARGET_DIR=.tools/target CARGO_PROFILE_DEV_DEBUG=0 cargo install --debug --root .tools \
		worker-build@$(WORKER_BUILD_VERSION) wasm-bindgen-cli@$(WASM_BINDGEN_VERSION)
	@rm -rf .tools/target .tools/worker-build-*-wasm-bindgen-*
	@touch $@

$(DENY):
	@echo "==> installing cargo-deny into .tools (once, 2 minutes)"
	@CARGO_TARGET_DIR=.tools/deny-target CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --locked --debug --no-default-features --root .tools \
		cargo-deny@$(DENY_VERSION)
	@rm -rf .tools/deny-target .tools/cargo-deny-*
	@touch $@

$(NODE_TOOLS): package.json package-lock.json
	@command -v npm > /dev/null || { echo "npm is missing. Install Node.js 20 or newer, then run make again."; exit 1; }
	@echo "==> installing wrangler, esbuild and binaryen into node_modules (once, about a minute)"
	@npm ci --ignore-scripts --loglevel=error
	@touch $@
