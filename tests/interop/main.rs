//! `make interop`: tests of the built worker, with the sandbox as WeChat, against unmodified code of others. Published
//! clients of WeChat's API call the gateway, clients generated from public/openapi.json call the JSON API, and the worker
//! calls the examples of docs/backends.md.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod backend;
mod gateway;
mod generated;
mod webhooks;
mod world;

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use sandbox::worker::interrupted;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use world::World;

type Test = fn(Arc<World>) -> Pin<Box<dyn Future<Output = ()>>>;

const TRIALS: [(&str, Test); 6] = [
    ("gateway::published_clients_work_unmodified", |world| Box::pin(gateway::serves_every_client(world))),
    ("generated::a_client_of_openapi_typescript", |world| Box::pin(generated::typescript(world))),
    ("generated::a_client_of_openapi_python_client", |world| Box::pin(generated::python(world))),
    ("webhooks::the_example_in_python", |world| Box::pin(webhooks::python(world))),
    ("webhooks::the_example_for_node", |world| Box::pin(webhooks::node(world))),
    ("webhooks::the_example_in_go", |world| Box::pin(webhooks::go(world))),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Arc::new(Runtime::new().expect("a runtime"));
    let (interrupt, mut interruption) = watch::channel(false);
    runtime.spawn(async move {
        interrupted().await;
        interrupt.send_replace(true);
    });
    if arguments.list {
        return libtest_mimic::run(&arguments, trials(&runtime, None, &interruption)).exit_code();
    }
    let start = async {
        tokio::select! {
            world = World::start() => world,
            _ = interruption.wait_for(|is_here| *is_here) => Err("interrupted".to_owned()),
        }
    };
    let world = match runtime.block_on(start) {
        Ok(world) => Arc::new(world),
        Err(reason) => {
            eprintln!("the worker cannot be tested: {reason}");
            return ExitCode::FAILURE;
        }
    };
    let conclusion = libtest_mimic::run(&arguments, trials(&runtime, Some(&world), &interruption));
    if conclusion.has_failed() {
        eprintln!("The worker's log:\n{}", world.log());
    }
    let world = Arc::into_inner(world).expect("every trial has ended");
    runtime.block_on(world.stop());
    conclusion.exit_code()
}

fn trials(
    runtime: &Arc<Runtime>,
    world: Option<&Arc<World>>,
    interruption: &watch::Receiver<bool>,
) -> Vec<Trial> {
    let trial = |(name, test): (&str, Test)| {
        let (runtime, world, mut interruption) = (Arc::clone(runtime), world.cloned(), interruption.clone());
        Trial::test(name, move || {
            let world = world.expect("the world has started");
            runtime.block_on(async {
                // Dropping a test kills the processes that it started.
                tokio::select! {
                    () = test(world) => Ok(()),
                    _ = interruption.wait_for(|is_here| *is_here) => Err("interrupted".into()),
                }
            })
        })
    };
    TRIALS.map(trial).into()
}
