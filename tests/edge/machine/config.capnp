using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .mainWorker),
    # OTHER SERVICE
    (name = "trigger", worker = (
      modules = [(name = "trigger.js", esModule = embed "trigger.js")],
      compatibilityDate = "2026-11-01",
      compatibilityFlags = ["service_binding_extra_handlers"],
      bindings = [(name = "MAIN", service = "main")])),
    (name = "faults", worker = (
      modules = [
        (name = "faults.js", esModule = embed "faults.js"),
        (name = "chosen.js", esModule = embed "chosen.js")],
      compatibilityDate = "2026-11-01",
      globalOutbound = "outside",
      bindings = [
        (name = "d1", service = (name = "d1", props = (json = "{\"database\":\"db\"}"))),
        (name = "kv", service = (name = "kv", props = (json = "{\"namespace\":\"kv\"}"))),
        (name = "internet", service = "outside")])),
    (name = "d1", worker = (
      modules = [(name = "d1.js", bundled = "/workerd/d1.js")],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "DATABASE", durableObjectNamespace = "D1Database")],
      durableObjectNamespaces = [(className = "D1Database", uniqueKey = "D1Database", enableSql = true)],
      durableObjectStorage = (localDisk = "d1-disk"))),
    (name = "kv", worker = (
      modules = [(name = "kv.js", bundled = "/workerd/kv.js")],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "SHARD", durableObjectNamespace = "KVNamespace"), (name = "BLOBS", service = "kv-blobs")],
      durableObjectNamespaces = [(className = "KVNamespace", uniqueKey = "KVNamespace", enableSql = true)],
      durableObjectStorage = (localDisk = "kv-disk"))),
    (name = "d1-disk", disk = (path = "state/d1", writable = true)),
    (name = "kv-disk", disk = (path = "state/kv", writable = true)),
    (name = "kv-blobs", disk = (path = "state/blobs", writable = true)),
    (name = "object-disk", disk = (path = "state/objects", writable = true)),
    (name = "outside", network = (allow = ["local"])),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:0", http = (), service = "main"),
    (name = "trigger", address = "127.0.0.1:0", http = (), service = "trigger"),
    (name = "sql", address = "127.0.0.1:0", http = (), service = (name = "d1", props = (json = "{\"database\":\"db\"}"))),
    (name = "kv", address = "127.0.0.1:0", http = (), service = (name = "kv", props = (json = "{\"namespace\":\"kv\"}"))),
    (name = "faults", address = "127.0.0.1:0", http = (), service = "faults"),
    (name = "clock", address = "127.0.0.1:0", http = (), service = (name = "main", entrypoint = "clock")),
    # OTHER SOCKETS
  ],
);

const mainWorker :Workerd.Worker = (
  modules = [
    (name = "main.js", esModule = embed "main.js"),
    (name = "chosen.js", esModule = embed "chosen.js"),
    (name = "index.js", esModule = embed "index.js"),
    (name = "index_bg.wasm", wasm = embed "index_bg.wasm"),
  ],
  compatibilityDate = "2026-11-01",
  globalOutbound = OUTBOUND,
  bindings = [
    # BINDINGS
    (name = "KV", kvNamespace = (name = "faults", entrypoint = "kv")),
    (name = "DB", wrapped = (
      moduleName = "cloudflare-internal:d1-api",
      innerBindings = [(name = "fetcher", service = (name = "faults", entrypoint = "d1"))])),
    (name = "TOKEN_KEEPER", durableObjectNamespace = "TokenKeeper"),
    (name = "ROW_COUNTER", durableObjectNamespace = "RowCounter"),
    (name = "SPOOL", durableObjectNamespace = "Spool"),
    (name = "CONVERSATION", durableObjectNamespace = "Conversation"),
    (name = "METER", durableObjectNamespace = "Meter"),
  ],
  durableObjectNamespaces = [
    (className = "TokenKeeper", uniqueKey = "TokenKeeper", enableSql = true),
    (className = "RowCounter", uniqueKey = "RowCounter", enableSql = true),
    (className = "Spool", uniqueKey = "Spool", enableSql = true),
    (className = "Conversation", uniqueKey = "Conversation", enableSql = true),
    (className = "Meter", uniqueKey = "Meter", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "object-disk")
);
