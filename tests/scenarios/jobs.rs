//! Scheduled jobs: what is due, whose turn it is, and what a run may use.

use std::rc::Rc;
use std::time::Duration;

use mp_worker::config::{Config, Plan};
use mp_worker::jobs::{Budget, Limits, Progress, Spent, read_progress, store_progress};

use crate::database::{database, rows, run};
use crate::world::NOW;

const EVERY_RUN: Duration = Duration::ZERO;
const HOURLY: Duration = Duration::from_hours(1);
const ACCOUNTS: [&str; 3] = ["default", "shop", "club"];

#[test]
fn a_job_that_never_ran_serves_every_account() {
    let progress = Progress::default();
    assert_eq!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW), ACCOUNTS);
    assert!(progress.turns("forget", HOURLY, &[], NOW).is_empty());
}

#[test]
fn a_round_that_was_cut_short_goes_on_where_it_stopped() {
    let mut progress = Progress::default();
    progress.advance("forget", Some("shop"), NOW);
    for later in [0, 120, 86_400] {
        assert_eq!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(later)), ["shop", "club"], "{later}");
    }
    assert_eq!(progress.turns("redeliver", HOURLY, &ACCOUNTS, NOW), ACCOUNTS, "another job");
    // An account that is no longer there.
    assert_eq!(progress.turns("forget", HOURLY, &["default", "club"], NOW), ["default", "club"]);
}

#[test]
fn a_round_begins_a_cadence_after_the_last_one_began() {
    let mut progress = Progress::default();
    progress.advance("forget", Some("club"), NOW);
    // The rest of the round, a while later.
    progress.advance("forget", None, NOW.plus(240));
    assert!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(3599)).is_empty());
    assert_eq!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(3600)), ACCOUNTS);
    assert_eq!(progress.turns("forget", EVERY_RUN, &ACCOUNTS, NOW.plus(240)), ACCOUNTS);
    progress.advance("forget", None, NOW.plus(3600));
    assert!(progress.turns("forget", HOURLY, &ACCOUNTS, NOW.plus(7199)).is_empty(), "from the new beginning");
}

#[test]
fn jobs_that_were_cut_short_go_first() {
    let mut progress = Progress::default();
    progress.advance("b", None, NOW);
    progress.advance("c", Some("shop"), NOW);
    assert_eq!(progress.order(&["a", "b", "c"]), ["c", "a", "b"]);
}

#[test]
fn progress_is_one_row_whose_format_is_unchanged() {
    let database = database();
    assert!(rows::<(String,)>(&database, &read_progress()).unwrap().is_empty());
    let mut progress = Progress::default();
    progress.advance("forget", Some("shop"), NOW);
    run(&database, &store_progress(&progress));
    progress.advance("redeliver", None, NOW);
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
fn a_budget_takes_a_transaction_whole_or_not_at_all() {
    let budget = Budget::new(Limits { queries: 5, subrequests: 1 });
    assert_eq!(budget.query(4), Ok(()));
    assert_eq!(budget.query(2), Err(Spent));
    assert_eq!(budget.query(1), Ok(()), "what was refused has taken nothing");
    assert_eq!(budget.query(1), Err(Spent));
    assert_eq!(budget.subrequest(), Ok(()));
    assert_eq!(budget.subrequest(), Err(Spent));
    let unlimited = Rc::new(Budget::new(Limits::NONE));
    assert!((0..3).all(|_| unlimited.query(usize::MAX).is_ok()));
    drop(Budget::reserve(&unlimited, Limits { queries: 5, subrequests: 5 }));
    assert!(unlimited.query(usize::MAX).is_ok());
}

#[test]
fn what_a_turn_has_reserved_nothing_else_can_use() {
    let whole = Rc::new(Budget::new(Limits { queries: 10, subrequests: 3 }));
    let reserve = |queries, subrequests| Budget::reserve(&whole, Limits { queries, subrequests });
    let part = reserve(6, 2).unwrap();
    assert_eq!(reserve(5, 0).err(), Some(Spent));
    assert_eq!(reserve(0, 2).err(), Some(Spent));
    assert_eq!(whole.query(5), Err(Spent));
    // Beyond its part, a turn uses what nothing has reserved.
    assert_eq!((part.query(5), part.query(4)), (Ok(()), Ok(())));
    assert_eq!(part.query(2), Err(Spent));
    assert_eq!(part.query(1), Ok(()));
    assert_eq!(part.query(1), Err(Spent));
    // What it does not use goes back.
    assert_eq!(part.subrequest(), Ok(()));
    drop(part);
    assert_eq!((whole.subrequest(), whole.subrequest(), whole.subrequest()), (Ok(()), Ok(()), Err(Spent)));
    assert_eq!(whole.query(1), Err(Spent));
}

#[test]
fn a_run_stays_below_what_the_plan_allows() {
    let free = Limits::of_run(Plan::Free);
    assert_eq!((free.queries, free.subrequests), (40, 40), "the platform allows 50 of each");
    let paid = Limits::of_run(Plan::Paid);
    assert!(paid.queries < 1000 && paid.subrequests < 10_000 && paid.queries > free.queries);
    let plan = |value: Option<&str>| {
        let config = Config::parse(|name| {
            value
                .filter(|_| name == "PLAN")
                .or_else(|| Some("token").filter(|_| name == "WECHAT_TOKEN"))
                .map(str::to_owned)
        });
        (config.plan(), config.problems().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(plan(None), (Plan::Free, vec![]));
    assert_eq!(plan(Some("free")), (Plan::Free, vec![]));
    assert_eq!(plan(Some(" paid ")), (Plan::Paid, vec![]));
    assert_eq!(plan(Some("Pro")), (Plan::Free, vec!["PLAN must be free or paid".to_owned()]));
}
