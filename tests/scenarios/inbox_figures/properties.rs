//! Figures equal a count of the entries, for any order of events.

use mp_worker::inbox::{Entry, Outcome, Record, Step, expire};
use mp_worker::time::Timestamp;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use proptest::sample::{Index, select};
use rusqlite::Connection;

use super::{Counts, DAY, HOUR, count_live, figures, hourly, next, number, recount, work};
use crate::database::{database, dump, store, transaction};
use crate::world::{NOW, event_from, text_from};

/// Something that happens to an inbox.
#[derive(Debug, Clone)]
enum Happening {
    /// An entry arrives, sent so many seconds ago.
    Arrives { ago: i64, what: usize, outcome: Outcome },
    /// An earlier entry arrives again.
    Repeats(Index),
    /// The outcome of an earlier entry changes.
    Changes(Index, Outcome),
    /// The cron trigger makes so many steps, each once or twice.
    Works { steps: usize, twice: bool },
    /// Another run that began earlier makes one of its steps.
    Overtaken(Index),
    /// Time goes by.
    Passes(i64),
    /// What is older than two days is forgotten.
    Expires,
}

fn happening() -> impl Strategy<Value = Happening> {
    let ago = prop_oneof![6 => 0..2 * HOUR, 3 => 0..8 * HOUR, 1 => 0..4 * DAY];
    prop_oneof![
        8 => (ago, 0..8_usize, select(&Outcome::ALL))
            .prop_map(|(ago, what, outcome)| Happening::Arrives { ago, what, outcome }),
        2 => any::<Index>().prop_map(Happening::Repeats),
        3 => (any::<Index>(), select(&Outcome::ALL)).prop_map(|(entry, outcome)| Happening::Changes(entry, outcome)),
        4 => (1..6_usize, any::<bool>()).prop_map(|(steps, twice)| Happening::Works { steps, twice }),
        1 => any::<Index>().prop_map(Happening::Overtaken),
        4 => prop_oneof![1..HOUR, HOUR..DAY].prop_map(Happening::Passes),
        1 => Just(Happening::Expires),
    ]
}

/// The `number`th entry, one of eight different things.
fn arrival(number: usize, what: usize, outcome: Outcome, time: Timestamp, now: Timestamp) -> Entry {
    let openid = format!("o{}", number % 3);
    let id = u64::try_from(number).unwrap();
    let entry = match what {
        0..=2 => text_from(&openid, time, id),
        3 => event_from(&openid, time, "CLICK", &format!("K{}", number % 2)),
        4 => event_from(&openid, time, "VIEW", "https://example.com"),
        5 => event_from(&openid, time, "subscribe", "qrscene_7"),
        6 => event_from(&openid, time, "SCAN", "7"),
        _ => event_from(&openid, time, "unsubscribe", ""),
    };
    let mut record = Record { received_at: now, ..entry.record };
    match what {
        1 => record.rule = Some("r".to_owned()),
        2 | 3 => {
            record.backend = Some("w_1".to_owned());
            record.decided_ms = (outcome != Outcome::Asked).then_some(i64::try_from(number).unwrap() * 97);
        }
        _ => {}
    }
    Entry { record, outcome, ..entry }
}

/// An inbox, and its figures.
struct Inbox {
    database: Connection,
    now: Timestamp,
    entries: Vec<Entry>,
    steps: Vec<(Step, Timestamp)>,
    /// Figures of hours whose entries are no longer stored.
    settled: Counts,
}

impl Inbox {
    fn happen(&mut self, happening: &Happening) {
        match *happening {
            Happening::Arrives { ago, what, outcome } => {
                let entry = arrival(self.entries.len(), what, outcome, self.now.plus(-ago), self.now);
                store(&mut self.database, &entry);
                self.entries.push(entry);
            }
            Happening::Repeats(entry) if !self.entries.is_empty() => {
                let entry = entry.get(&self.entries).clone();
                let is_stored = self.changed(&entry, None);
                // WeChat does not repeat what was forgotten meanwhile.
                assert!(!is_stored || !store(&mut self.database, &entry));
            }
            Happening::Changes(entry, outcome) if !self.entries.is_empty() => {
                let entry = entry.get(&self.entries).clone();
                self.changed(&entry, Some(outcome));
            }
            Happening::Works { steps, twice } => {
                for _ in 0..steps {
                    let Some(step) = next(&self.database, self.now) else { break };
                    self.steps.push((step, self.now));
                    for _ in 0..=usize::from(twice) {
                        transaction(&mut self.database, &step.statements("default", self.now));
                    }
                }
            }
            Happening::Overtaken(step) if !self.steps.is_empty() => {
                let (step, then) = *step.get(&self.steps);
                transaction(&mut self.database, &step.statements("default", then));
            }
            Happening::Passes(seconds) => self.now = self.now.plus(seconds),
            Happening::Expires => self.expire(),
            _ => {}
        }
    }

    /// Changes the outcome of an entry, and says whether the entry is stored.
    fn changed(&self, entry: &Entry, outcome: Option<Outcome>) -> bool {
        let record = &entry.record;
        let outcome = outcome.map(Outcome::name);
        let sql = "UPDATE inbox SET outcome = COALESCE(?4, outcome), decided_ms = IIF(?4 IS NULL, decided_ms, 5) \
                   WHERE account = 'default' AND openid = ?1 AND create_time = ?2 AND id = ?3";
        let key = (&record.openid, record.create_time.seconds(), &record.id, outcome);
        self.database.execute(sql, key).unwrap() > 0
    }

    fn expire(&mut self) {
        transaction(&mut self.database, &expire("default", self.now, 2));
        let kept_from = self.kept_from();
        let forgotten = hourly(&self.database).into_iter().filter(|((hour, ..), _)| *hour < kept_from);
        for (key, counts) in forgotten {
            assert_eq!(*self.settled.entry(key).or_insert(counts), counts, "a forgotten hour never changes");
        }
    }

    fn kept_from(&self) -> i64 {
        number(&self.database, "SELECT COALESCE(MAX(kept_from), 0) FROM figures")
    }

    /// Compares closed hours that nothing has happened to since with the entries.
    fn check(&self) {
        let up_to = number(&self.database, "SELECT COALESCE(MAX(hours_up_to), -1) FROM figures");
        let late: Vec<i64> = {
            let mut prepared = self.database.prepare("SELECT hour FROM late_hour").unwrap();
            let found = prepared.query_map([], |row| row.get(0)).unwrap();
            found.map(Result::unwrap).collect()
        };
        let kept_from = self.kept_from();
        let is_final = |hour: i64| (kept_from..=up_to).contains(&hour) && !late.contains(&hour);
        let only = |counts: Counts| -> Counts {
            counts.into_iter().filter(|((hour, ..), _)| is_final(*hour)).collect()
        };
        assert_eq!(only(hourly(&self.database)), only(recount(&self.database)));
    }

    /// Lets time go by until nothing is late or open, and compares everything.
    fn settle(&mut self) {
        for hours in [1, 1, 1, 24, 24, 24] {
            self.now = self.now.plus(hours * HOUR);
            work(&mut self.database, self.now);
        }
        assert_eq!(dump(&self.database, "late_hour"), [""; 0]);
        self.check();
        let hours = hourly(&self.database);
        let kept_from = self.kept_from();
        let before: Counts = hours.clone().into_iter().filter(|((hour, ..), _)| *hour < kept_from).collect();
        for (key, counts) in &self.settled {
            assert_eq!(before.get(key), Some(counts));
        }
        let days_up_to = number(&self.database, "SELECT days_up_to FROM figures");
        let mut days = Counts::new();
        for ((hour, kind, key, outcome), (n, last_at)) in hours {
            let day = (hour + 8) / 24;
            if day <= days_up_to {
                let (sum, latest) = days.entry((day, kind, key, outcome)).or_default();
                *sum += n;
                *latest = last_at.max(*latest);
            }
        }
        assert_eq!(figures(&self.database, "daily", "day"), days);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Entries arrive at any time and any number of times, and hours are closed at any time, once or twice.
    #[test]
    fn closed_hours_equal_a_count_of_their_entries(
        happenings in prop::collection::vec(happening(), 1..60),
    ) {
        let mut inbox =
            Inbox { database: database(), now: NOW, entries: vec![], steps: vec![], settled: Counts::new() };
        for happening in &happenings {
            inbox.happen(happening);
            inbox.check();
        }
        inbox.settle();
    }

    #[test]
    fn the_live_count_equals_a_count_of_the_entries(
        happenings in prop::collection::vec(happening(), 1..30),
    ) {
        let mut inbox =
            Inbox { database: database(), now: NOW, entries: vec![], steps: vec![], settled: Counts::new() };
        for happening in &happenings {
            inbox.happen(happening);
        }
        let live = count_live(&inbox.database, inbox.now);
        let up_to = number(&inbox.database, "SELECT COALESCE(MAX(hours_up_to), -1) FROM figures");
        let first = (inbox.now.seconds() / HOUR - 1).max(up_to + 1);
        let mut counted = Counts::new();
        for (hour, kind, key, outcome, n, last_at) in live.rows {
            let (sum, latest) = counted.entry((hour, kind, key, outcome)).or_default();
            *sum += n;
            *latest = last_at.max(*latest);
        }
        let expected: Counts =
            recount(&inbox.database).into_iter().filter(|((hour, ..), _)| *hour >= first).collect();
        assert_eq!(counted, expected);
    }
}
