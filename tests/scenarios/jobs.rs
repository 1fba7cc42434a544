//! Scheduled jobs: which are due, the order of accounts, and the budget of a run.

use std::rc::Rc;
use std::time::Duration;

use mp_worker::config::{Config, Plan};
use mp_worker::jobs::{
    Budget, DailyRows, Limits, Progress, Spent, WrittenRows, add, read_progress, store_progress,
};
use mp_worker::time::Timestamp;
use rusqlite::Connection;

use crate::database::{database, rows, run};
use crate::world::{NOW, ROOT, SIGNING_KEY};

const EVERY_RUN: Duration = Duration::ZERO;
const HOURLY: Duration = Duration::from_hours(1);
const DAY: i64 = 86_400;
const ACCOUNTS: [&str; 3] = ["default", "shop", "club"];

#[test]
fn a_job_that_never_ran_serves_every_account() {
    let progress = Progress::default();
    assert_eq!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW), ACCOUNTS);
    assert!(progress.turns("forget", HOURLY, &[], NOW).is_empty());
}

#[test]
fn an_interrupted_round_continues_where_it_stopped() {
    let mut progress = Progress::default();
    progress.advance("forget", Some("shop"), false, NOW);
    for later in [0, 120, 86_400] {
        assert_eq!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(later)), ["shop", "club"], "{later}");
    }
    assert_eq!(progress.turns("redeliver", HOURLY, &ACCOUNTS, NOW), ACCOUNTS, "another job");
    // The account no longer exists.
    assert_eq!(progress.turns("forget", HOURLY, &["default", "club"], NOW), ["default", "club"]);
}

#[test]
fn a_round_starts_one_interval_after_the_start_of_the_last() {
    let mut progress = Progress::default();
    progress.advance("forget", Some("club"), false, NOW);
    // The rest of the round, some time later.
    progress.advance("forget", None, false, NOW.plus(240));
    assert!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(3599)).is_empty());
    assert_eq!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(3600)), ACCOUNTS);
    assert_eq!(progress.turns("forget", EVERY_RUN, &ACCOUNTS, NOW.plus(240)), ACCOUNTS);
    progress.advance("forget", None, false, NOW.plus(3600));
    assert!(
        progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(7199)).is_empty(),
        "the interval counts from the new start"
    );
}

#[test]
fn an_unfinished_turn_begins_the_next_round_at_once() {
    let mut progress = Progress::default();
    progress.advance("forget", Some("shop"), true, NOW);
    assert_eq!(
        progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(120)),
        ["shop", "club"],
        "the others first"
    );
    progress.advance("forget", None, false, NOW.plus(120));
    assert_eq!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(240)), ACCOUNTS);
    progress.advance("forget", None, false, NOW.plus(240));
    assert!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(360)).is_empty());
}

#[test]
fn the_rows_of_a_day_leave_a_fifth_to_receiving() {
    let mut known = DailyRows::NONE;
    assert!(known.is_stale(NOW) && known.has_room(100, NOW));
    known.count(79, NOW);
    assert!(known.has_room(100, NOW) && !known.is_report_due(NOW));
    known.count(1, NOW);
    assert!(!known.has_room(100, NOW), "its own rows count before they are reported");

    let report = known.take_report(NOW);
    assert_eq!((report.rows, known.rows()), (80, 0));
    known.note_sum(WrittenRows { rows: 5000, ..report }, NOW);
    assert_eq!(known.rows(), 5000);
    assert!(known.has_room(6251, NOW) && !known.has_room(6250, NOW));
    assert!(!known.is_stale(NOW.plus(299)) && known.is_stale(NOW.plus(300)));

    let tomorrow = NOW.plus(DAY);
    assert!(known.is_stale(tomorrow) && known.has_room(100, tomorrow));
    known.count(200, tomorrow);
    assert!(known.is_report_due(tomorrow));
    assert_eq!(known.take_report(tomorrow), WrittenRows { day: report.day + 1, rows: 200 });
}

#[test]
fn a_report_that_fails_is_made_again_on_the_same_day() {
    let mut known = DailyRows::NONE;
    known.count(10, NOW);
    let report = known.take_report(NOW);
    known.take_back(report, NOW);
    known.count(200, NOW);
    for (later, is_due) in [(59, false), (60, true)] {
        let now = NOW.plus(later);
        assert_eq!((known.is_report_due(now), known.is_stale(now)), (is_due, is_due), "{later}");
    }
    assert_eq!(known.take_report(NOW).rows, 210);
    known.note_sum(WrittenRows { rows: 210, ..report }, NOW);
    known.count(200, NOW);
    assert!(known.is_report_due(NOW));
    known.take_report(NOW);
    known.count(1, NOW.plus(DAY));
    known.take_back(report, NOW.plus(DAY));
    assert_eq!(known.take_report(NOW.plus(DAY)).rows, 1, "the rows of yesterday");
    known.note_sum(WrittenRows { rows: 90, ..report }, NOW.plus(DAY));
    assert_eq!(known.rows(), 0, "the sum of yesterday");
}

#[test]
fn a_refusal_of_d1_counts_until_midnight_in_utc() {
    let midnight = Timestamp::from_seconds(20_000 * DAY);
    let mut known = DailyRows::NONE;
    known.note_refusal(midnight.plus(-1));
    assert!(!known.has_room(100_000, midnight.plus(-1)));
    assert!(known.has_room(100_000, midnight));
}

#[test]
fn the_sum_of_a_day_begins_with_its_first_report() {
    let database = Connection::open_in_memory().unwrap();
    let report = |day, rows| -> (i64, i64) {
        let [create, add] = add(WrittenRows { day, rows });
        run(&database, &create);
        super::database::rows(&database, &add).unwrap().remove(0)
    };
    assert_eq!(report(1, 10), (1, 10));
    assert_eq!(report(1, 5), (1, 15));
    assert_eq!(report(2, 5), (2, 5));
    assert_eq!(report(1, 7), (2, 5), "a late report");
    assert_eq!(report(2, 1), (2, 6));
}

#[test]
fn interrupted_jobs_run_first() {
    let mut progress = Progress::default();
    progress.advance("b", None, false, NOW);
    progress.advance("c", Some("shop"), false, NOW);
    assert_eq!(progress.order(&["a", "b", "c"]), ["c", "a", "b"]);
}

#[test]
fn the_job_that_has_waited_longest_runs_first() {
    let mut progress = Progress::default();
    progress.advance("often", Some("shop"), false, NOW.plus(120));
    progress.advance("hourly", Some("club"), false, NOW);
    assert_eq!(progress.order(&["often", "new", "hourly"]), ["hourly", "often", "new"]);
    progress.advance("hourly", None, false, NOW.plus(240));
    assert_eq!(progress.order(&["often", "new", "hourly"]), ["often", "new", "hourly"]);
}

#[test]
fn progress_is_one_row_whose_format_is_unchanged() {
    let database = database();
    assert!(rows::<(String,)>(&database, &read_progress()).unwrap().is_empty());
    let mut progress = Progress::default();
    progress.advance("forget", Some("shop"), false, NOW);
    run(&database, &store_progress(&progress));
    progress.advance("redeliver", None, false, NOW);
    run(&database, &store_progress(&progress));
    let stored: Vec<(String,)> = rows(&database, &read_progress()).unwrap();
    let [(json,)] = stored.as_slice() else { panic!("{stored:?}") };
    assert_eq!(
        json,
        r#"{"forget":{"began_at":1700000000,"next":"shop"},"redeliver":{"began_at":1700000000,"next":null}}"#
    );
    assert_eq!(Progress::parse(json), Ok(progress));
    assert!(Progress::parse("[]").is_err());
}

#[test]
fn a_budget_allows_a_whole_transaction_or_none_of_it() {
    let budget = Budget::new(Limits { queries: 5, subrequests: 1 });
    assert_eq!(budget.query(4), Ok(()));
    assert_eq!(budget.query(2), Err(Spent));
    assert_eq!(budget.query(1), Ok(()), "a rejected transaction does not use the budget");
    assert_eq!(budget.query(1), Err(Spent));
    assert_eq!(budget.subrequest(), Ok(()));
    assert_eq!(budget.subrequest(), Err(Spent));
    let unlimited = Rc::new(Budget::new(Limits::NONE));
    assert!((0..3).all(|_| unlimited.query(usize::MAX).is_ok()));
    drop(Budget::reserve(&unlimited, Limits { queries: 5, subrequests: 5 }));
    assert!(unlimited.query(usize::MAX).is_ok());
}

#[test]
fn a_turns_reserved_budget_is_not_available_to_others() {
    let whole = Rc::new(Budget::new(Limits { queries: 10, subrequests: 3 }));
    let reserve = |queries, subrequests| Budget::reserve(&whole, Limits { queries, subrequests });
    let part = reserve(6, 2).unwrap();
    assert_eq!(reserve(5, 0).err(), Some(Spent));
    assert_eq!(reserve(0, 2).err(), Some(Spent));
    assert_eq!(whole.query(5), Err(Spent));
    // Beyond its reservation, a turn uses the unreserved rest.
    assert_eq!((part.query(5), part.query(4)), (Ok(()), Ok(())));
    assert_eq!(part.query(2), Err(Spent));
    assert_eq!(part.query(1), Ok(()));
    assert_eq!(part.query(1), Err(Spent));
    // Unused reservations are returned.
    assert_eq!(part.subrequest(), Ok(()));
    drop(part);
    assert_eq!((whole.subrequest(), whole.subrequest(), whole.subrequest()), (Ok(()), Ok(()), Err(Spent)));
    assert_eq!(whole.query(1), Err(Spent));
}

#[test]
fn a_run_stays_below_the_limits_of_the_plan() {
    let free = Limits::of_run(Plan::Free);
    assert_eq!((free.queries, free.subrequests), (40, 40), "Cloudflare allows 50 of each");
    let paid = Limits::of_run(Plan::Paid);
    assert!(paid.queries < 1000 && paid.subrequests < 10_000 && paid.queries > free.queries);
    let plan = |value: Option<&str>| {
        let config = Config::parse(|name| {
            let text = match name {
                "PLAN" => value,
                "WECHAT_TOKEN" => Some("token"),
                "ROOT_API_KEY" => Some(ROOT),
                "SIGNING_KEY" => Some(SIGNING_KEY),
                _ => None,
            };
            text.map(str::to_owned)
        });
        (config.plan(), config.problems().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(plan(None), (Plan::Free, vec![]));
    assert_eq!(plan(Some("free")), (Plan::Free, vec![]));
    assert_eq!(plan(Some(" paid ")), (Plan::Paid, vec![]));
    assert_eq!(plan(Some("Pro")), (Plan::Free, vec!["PLAN must be free or paid".to_owned()]));
}

#[test]
fn a_reservation_takes_both_kinds_of_calls_or_none() {
    let whole = Rc::new(Budget::new(Limits { queries: 3, subrequests: 3 }));
    for (queries, subrequests) in [(3, 4), (4, 3), (4, 4)] {
        assert!(Budget::reserve(&whole, Limits { queries, subrequests }).is_err());
    }
    let all = Budget::reserve(&whole, Limits { queries: 3, subrequests: 3 }).expect("nothing has been taken");
    assert_eq!((whole.query(1), whole.subrequest()), (Err(Spent), Err(Spent)));
    assert_eq!((all.query(3), all.subrequest()), (Ok(()), Ok(())));
    drop(all);
    assert_eq!((whole.query(1), whole.subrequest()), (Err(Spent), Ok(())), "what was not used is returned");
}
