//! The built module under `wrangler dev`, with the sandbox as WeChat.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod answers;
mod api;
mod costs;
mod entry;
mod faults;
mod gateway;
mod handshake;
mod inbox;
mod keys;
mod machine;
mod modes;
mod receiver;
mod refusals;
mod relay;
mod rules;
mod tokens;
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
        api::menus_are_made_listed_and_deleted,
        api::templates_are_listed_sent_and_deleted,
        api::users_are_read_and_remarked,
        api::tags_are_made_given_and_taken,
        api::a_message_is_sent_inside_the_window_only,
        api::a_qr_code_and_a_page_signature_are_made,
        api::the_self_test_passes_and_names_what_to_mend,
        api::bad_parameters_never_reach_wechat,
        api::who_sends_too_much_and_slowly_still_sees_why_it_is_refused,
        api::what_is_no_call_is_refused,
        api::the_api_describes_itself,
        keys::a_worker_without_a_root_key_refuses_the_api_and_says_why,
        keys::no_good_key_is_401_and_tells_nothing,
        keys::a_key_does_what_its_scopes_say_for_its_account,
        keys::a_revoked_or_expired_key_is_dead,
        keys::a_key_manages_the_keys_of_its_account_within_its_scopes,
        tokens::two_hundred_callers_on_a_cold_worker_cost_one_renewal,
        tokens::a_token_that_expires_in_mid_flight_is_renewed_once_unseen,
        tokens::a_token_replaced_elsewhere_is_renewed_unseen,
        tokens::a_token_refused_for_ever_is_given_up_after_one_more_try,
        tokens::a_wrong_secret_names_the_variable,
        tokens::a_token_endpoint_that_fails_is_no_token_and_is_asked_again_later,
        tokens::a_failing_wechat_is_request_failed_and_never_asked_twice,
        tokens::what_wechat_refuses_is_passed_on_with_what_to_do,
        tokens::a_relay_knows_us_by_its_secret_in_every_call,
        tokens::the_cron_trigger_keeps_the_token_warm,
        gateway::a_key_in_the_place_of_the_secret_gets_a_credential_of_ours,
        gateway::wechat_sees_the_real_token_and_every_other_byte_as_it_was_sent,
        gateway::headers_pass_only_where_they_have_business,
        gateway::a_key_calls_what_its_scopes_allow,
        gateway::a_credential_ends_with_its_key,
        gateway::a_stale_real_token_is_renewed_unseen_where_the_body_can_be_sent_twice,
        gateway::a_failing_wechat_is_told_in_wechats_shape,
        gateway::files_of_any_size_pass_both_ways,
        gateway::the_ticket_is_ours_and_pictures_and_users_tokens_pass,
        gateway::a_send_with_a_key_of_its_own_happens_once,
        gateway::a_send_whose_fate_is_unknown_is_not_sent_again,
        gateway::odd_requests_are_handed_on_or_refused,
        gateway::an_answer_without_a_length_passes_whole,
        gateway::a_caller_that_hangs_up_ends_nothing_half_way,
        gateway::a_path_leads_to_wechat_alone,
        gateway::too_many_calls_of_a_key_are_told_to_wait,
        gateway::every_call_is_in_the_log_without_its_query,
        gateway::large_files_do_not_sit_in_memory,
        gateway::a_connection_that_breaks_half_way_is_no_call_and_harms_no_other,
        inbox::what_a_user_sends_is_found_with_what_became_of_it,
        inbox::the_inbox_is_read_page_by_page,
        inbox::a_conversation_stands_in_both_directions,
        inbox::since_when_a_user_follows_is_known_from_wechat_or_from_the_event,
        inbox::every_button_has_its_counts_and_every_day_its_totals,
        inbox::a_closed_window_is_told_before_wechat_is_asked,
        inbox::a_user_who_asks_for_it_is_forgotten,
        inbox::what_is_absurd_is_stored_as_it_is_or_refused,
        costs::a_question_costs_the_same_with_a_thousand_messages_and_with_a_million,
        rules::a_rule_answers_from_its_creation_to_its_removal,
        rules::every_change_has_its_author_and_can_be_undone,
        rules::two_who_change_the_rules_at_once_both_have_their_way,
        rules::rules_that_kv_did_not_take_are_published_by_the_cron_trigger,
        rules::what_the_console_answered_becomes_rules,
        rules::a_rules_file_is_published_over_the_api,
        entry::where_messages_are_not_kept_nothing_is_asked_of_d1,
        entry::what_a_backend_has_to_get_is_kept_all_the_same,
        entry::a_panic_leaves_the_next_request_unharmed,
        relay::a_webhook_is_told_behind_the_answer_and_signed_for,
        relay::what_a_webhook_did_not_take_is_tried_again_and_given_up_at_last,
        relay::a_webhook_that_says_410_is_switched_off,
        relay::a_delivery_survives_a_killed_worker,
        relay::a_fast_backend_s_answer_is_the_passive_reply,
        relay::a_rule_s_further_replies_follow_in_their_order,
        relay::a_slow_backend_s_answer_is_sent_once_it_comes,
        relay::an_answer_after_thirty_seconds_is_asked_for_again_and_sent_once,
        relay::an_account_that_may_not_send_answers_the_next_delivery,
        relay::who_waited_in_vain_fetches_the_answer_with_any_message,
        relay::the_next_webhook_answers_where_one_fails,
        relay::when_every_backend_fails_the_user_gets_the_answer_of_a_later_attempt,
        relay::d1_losing_its_answer_makes_no_reply_come_twice,
        relay::a_thousand_messages_through_a_receiver_that_fails_a_third_of_the_time,
        relay::a_private_address_is_refused_where_it_is_not_allowed,
        relay::a_backend_that_is_back_gets_what_it_missed_with_the_traffic,
        faults::a_message_costs_one_row_before_its_answer_and_a_repeat_none,
        faults::d1_refusing_any_one_request_loses_nothing,
        faults::d1_refusing_twice_is_no_answer_and_wechat_delivers_again,
        faults::d1_slower_than_the_budget_is_not_waited_for,
        faults::the_queue_takes_what_d1_refuses_and_each_comes_home_once,
        faults::what_the_queue_cannot_bring_home_yet_stays_in_it,
        faults::a_queue_that_refuses_as_well_is_no_answer,
        faults::a_worker_killed_between_storing_and_filing_loses_nothing,
        faults::two_runs_of_the_cron_trigger_at_once_count_once,
        faults::three_deliveries_side_by_side_are_one_message,
        faults::a_repeat_gets_the_first_answer_though_the_rules_have_changed,
        faults::what_comes_late_is_filed_before_its_answer,
        faults::what_is_old_goes_when_the_cron_trigger_runs,
        faults::ten_thousand_messages_through_faults_are_stored_once_each,
        refusals::no_secret_reaches_the_log,
    ]
}
