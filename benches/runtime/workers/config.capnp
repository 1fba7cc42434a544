using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  # V8's flags.
  services = [
    (name = "main", worker = .mainWorker),
    # The services for its bindings.
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:0", http = (), service = "main"),
    # The sockets of these services.
  ],
);

const mainWorker :Workerd.Worker = (
  modules = [
    # Its modules.
  ],
  compatibilityDate = "2026-11-01",
  bindings = [
    # Its bindings.
  ],
  # Its durable objects.
);
