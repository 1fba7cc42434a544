//! The built module under `wrangler dev`, with the sandbox as WeChat.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]

mod answers;
mod handshake;
mod modes;
mod refusals;
mod world;

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Weak};

use libtest_mimic::{Arguments, Trial};
use sandbox::worker::interrupted;
use tokio::runtime::Runtime;

use world::World;

/// Declares trials from async functions that take the world.
macro_rules! trials {
    ($start:expr, $($module:ident::$test:ident,)*) => {
        vec![$($start(concat!(stringify!($module), "::", stringify!($test)), |world| {
            Box::pin($module::$test(world))
        })),*]
    };
}

type Test = fn(Arc<World>) -> Pin<Box<dyn Future<Output = ()>>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Arc::new(Runtime::new().expect("a runtime"));
    if arguments.list {
        return libtest_mimic::run(&arguments, trials(&runtime, None)).exit_code();
    }
    let start = async {
        tokio::select! {
            world = World::start() => world,
            () = interrupted() => Err("interrupted".to_owned()),
        }
    };
    let world = match runtime.block_on(start) {
        Ok(world) => Arc::new(world),
        Err(reason) => {
            eprintln!("the worker cannot be tested: {reason}");
            return ExitCode::FAILURE;
        }
    };
    runtime.spawn(end_when_interrupted(Arc::downgrade(&world)));
    let conclusion = libtest_mimic::run(&arguments, trials(&runtime, Some(&world)));
    if conclusion.has_failed() {
        eprintln!("The worker's log:\n{}", world.log());
    }
    let world = Arc::into_inner(world).expect("every test has ended");
    runtime.block_on(world.stop());
    conclusion.exit_code()
}

/// Ctrl-C ends the tests, and the workers with them.
async fn end_when_interrupted(world: Weak<World>) {
    interrupted().await;
    if let Some(world) = world.upgrade() {
        world.kill();
    }
    std::process::exit(130);
}

fn trials(runtime: &Arc<Runtime>, world: Option<&Arc<World>>) -> Vec<Trial> {
    let start = |name: &str, test: Test| {
        let (runtime, world) = (Arc::clone(runtime), world.cloned());
        Trial::test(name, move || {
            runtime.block_on(test(world.expect("the world has started")));
            Ok(())
        })
    };
    trials![
        start,
        handshake::the_console_verifies_the_server_address,
        handshake::the_echo_is_plain_text_that_no_browser_runs,
        handshake::nothing_is_echoed_without_a_matching_signature,
        handshake::the_token_alone_is_enough,
        handshake::nothing_configured_is_503_and_names_the_variable,
        modes::every_mode_is_answered_in_kind,
        modes::a_previous_token_and_key_are_answered_with_themselves,
        modes::two_accounts_have_their_own_keys_and_rules,
        modes::an_account_can_demand_encryption,
        modes::an_old_signature_is_refused,
        modes::a_variable_that_is_no_text_still_counts,
        modes::a_refused_rules_document_is_silence_and_a_line_in_the_log,
        answers::every_message_type_is_answered,
        answers::every_event_is_accepted,
        answers::every_reply_type_reaches_the_user,
        answers::no_rule_means_silence,
        answers::the_same_message_twice_gets_the_same_answer,
        refusals::a_bad_signature_is_403_and_nothing_is_parsed,
        refusals::a_bad_body_is_4xx_with_a_reason,
        refusals::no_body_at_all_is_400,
        refusals::a_body_over_1_mib_is_413_however_it_is_sent,
        refusals::every_bad_ciphertext_gets_the_same_answer,
        refusals::an_unknown_account_or_path_is_404,
        refusals::another_method_is_405,
        refusals::health_says_what_is_not_configured,
        refusals::no_secret_reaches_the_log,
    ]
}
