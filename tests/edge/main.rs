//! Tests of the built module, with the sandbox as WeChat: in workerd itself, with a process for each test, and under
//! `wrangler dev` for what only wrangler can show.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

/// Lists a module's tests. A test that is not listed is dead code, which `make lint` rejects.
macro_rules! tests {
    ($($test:ident,)+) => {
        pub(crate) const TESTS: &[$crate::Test] = &[$($crate::Test {
            name: concat!(module_path!(), "::", stringify!($test)),
            run: |_| Box::pin($test()),
        }),+];
    };
    (under wrangler: $($test:ident,)+) => {
        pub(crate) const TESTS: &[$crate::Test] = &[$($crate::Test {
            name: concat!(module_path!(), "::", stringify!($test)),
            run: |world| Box::pin($test(world)),
        }),+];
    };
}

mod accounts;
mod folder;
mod until;
mod machine;
mod receiver;
mod world;

mod answers;
mod api;
mod assistants;
mod audit;
mod backends;
mod cold_isolate;
mod conversations;
mod costs;
mod daily_rows;
mod deliveries;
mod entry;
mod faults;
mod figures;
mod gateway;
mod handshake;
mod inbox;
mod jobs;
mod keys;
mod lost_answers;
mod media;
mod menus;
mod modes;
mod overview;
mod refusals;
mod rules;
mod setup_page;
mod sessions;
mod soak;
mod spool;
mod storage;
mod tokens;
mod wrangler;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::available_parallelism;

use libtest_mimic::{Arguments, Trial};
use sandbox::worker::interrupted;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use world::World;

type Run = fn(Arc<World>) -> Pin<Box<dyn Future<Output = ()>>>;

/// A test in the list of [`tests!`].
#[derive(Clone, Copy)]
struct Test {
    name: &'static str,
    run: Run,
}

/// All tests, the slowest first.
const TESTS: [&[Test]; 34] = [
    soak::TESTS,
    spool::TESTS,
    faults::TESTS,
    costs::TESTS,
    daily_rows::TESTS,
    assistants::TESTS,
    backends::TESTS,
    deliveries::TESTS,
    cold_isolate::TESTS,
    wrangler::TESTS,
    gateway::passage::TESTS,
    gateway::credentials::TESTS,
    gateway::idempotency::TESTS,
    tokens::TESTS,
    api::TESTS,
    inbox::TESTS,
    conversations::TESTS,
    figures::TESTS,
    jobs::TESTS,
    setup_page::TESTS,
    overview::TESTS,
    storage::TESTS,
    rules::TESTS,
    keys::TESTS,
    audit::TESTS,
    sessions::TESTS,
    media::TESTS,
    menus::TESTS,
    lost_answers::TESTS,
    entry::TESTS,
    answers::TESTS,
    modes::TESTS,
    refusals::TESTS,
    handshake::TESTS,
];
/// Tests mostly wait for a process to start, a timeout or the next delivery, so several can share a core.
const TESTS_PER_CORE: usize = 2;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert_with(|| {
        available_parallelism().map_or(TESTS_PER_CORE, |cores| cores.get() * TESTS_PER_CORE)
    });
    if !arguments.list && !Path::new("build/index_bg.wasm").exists() {
        eprintln!("The module is missing; `make test` builds it.");
        return ExitCode::FAILURE;
    }
    let runtime = Arc::new(Runtime::new().expect("a runtime"));
    let (interrupt, interruption) = watch::channel(false);
    runtime.spawn(async move {
        interrupted().await;
        interrupt.send_replace(true);
    });
    let world = Arc::new(World::new());
    let trial = |test: &Test| trial(*test, &runtime, &world, &interruption);
    let trials = TESTS.iter().copied().flatten().map(trial).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let world = Arc::into_inner(world).expect("every test has ended");
    runtime.block_on(world.stop(conclusion.has_failed()));
    conclusion.exit_code()
}

fn trial(
    test: Test,
    runtime: &Arc<Runtime>,
    world: &Arc<World>,
    interruption: &watch::Receiver<bool>,
) -> Trial {
    let (_, name) = test.name.split_once("::").expect("a module of this crate");
    let (runtime, world, mut interruption) = (Arc::clone(runtime), Arc::clone(world), interruption.clone());
    Trial::test(name, move || {
        runtime.block_on(async {
            // Dropping a test kills the processes that it started.
            tokio::select! {
                () = (test.run)(world) => Ok(()),
                _ = interruption.wait_for(|is_here| *is_here) => Err("interrupted".into()),
            }
        })
    })
}
