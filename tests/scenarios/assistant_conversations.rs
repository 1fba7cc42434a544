//! A user's conversation with assistants: one call at a time, answered once, never made again.

use mp_worker::assistants::{Limits, Memory};
use mp_worker::backends::{Answer, CallOutcome, Conversation, EntryKey, Prompt, Question, Step, Work};
use mp_worker::time::Timestamp;

use crate::world::NOW;

const LIMITS: Limits = Limits { user_minute: 5, user_day: 8, account_day: 1000, tokens_day: 1_000_000 };

fn memory() -> Memory {
    Memory { turns: 2, minutes: 30, ..Memory::default() }
}

fn question(id: &str, text: &str) -> Question {
    Question {
        id: id.to_owned(),
        account: "default".to_owned(),
        entry: EntryKey { create_time: NOW, openid: "o1".to_owned(), id: id.to_owned() },
        received_at: NOW,
        assistant: "helper".to_owned(),
        text: text.to_owned(),
        is_fetch: false,
    }
}

/// As it is after being stored.
fn stored(conversation: &Conversation) -> Conversation {
    serde_json::from_str(&serde_json::to_string(conversation).unwrap()).unwrap()
}

fn begin(conversation: &mut Conversation, now: Timestamp) -> Option<Prompt> {
    match conversation.begin(|_| memory(), now) {
        Work::Ask(prompt) => Some(*prompt),
        Work::CutOff(_) | Work::Rest => None,
    }
}

/// An answer that is known.
fn texts(texts: &[&str]) -> Answer {
    Answer { texts: texts.iter().map(|text| (*text).to_owned()).collect(), is_given: false }
}

fn answer(text: &str) -> CallOutcome {
    CallOutcome { texts: vec![text.to_owned()], said: Some(text.to_owned()), remote: None }
}

/// Asks and answers a question; returns the ids and the texts that were answered.
fn converse(conversation: &mut Conversation, id: &str, now: Timestamp) -> Vec<(String, Vec<String>)> {
    assert_eq!(conversation.ask(&question(id, id), LIMITS, now), Step::Wait { start: true });
    let prompt = begin(conversation, now).expect("a call");
    end(conversation, &prompt, "yes", now)
}

fn end(
    conversation: &mut Conversation,
    prompt: &Prompt,
    text: &str,
    now: Timestamp,
) -> Vec<(String, Vec<String>)> {
    let asked = (prompt.question.id.as_str(), prompt.text.as_str());
    let answered = conversation.end(asked, answer(text), &memory(), now);
    answered.into_iter().map(|(question, texts)| (question.id, texts)).collect()
}

#[test]
fn every_delivery_of_a_message_waits_for_the_same_call() {
    let mut conversation = Conversation::default();
    let asked = question("a", "hello");
    assert_eq!(conversation.ask(&asked, LIMITS, NOW), Step::Wait { start: true });
    assert_eq!(
        conversation.ask(&asked, LIMITS, NOW),
        Step::Wait { start: true },
        "it may not have been started"
    );
    let prompt = begin(&mut conversation, NOW).unwrap();
    assert_eq!((prompt.text.as_str(), prompt.turns.len()), ("hello", 0));
    assert_eq!(conversation.ask(&asked, LIMITS, NOW.plus(5)), Step::Wait { start: false });
    assert_eq!(end(&mut conversation, &prompt, "hi", NOW.plus(7)), [("a".to_owned(), vec!["hi".to_owned()])]);
    let mut conversation = stored(&conversation);
    assert_eq!(conversation.ask(&asked, LIMITS, NOW.plus(10)), Step::Answered(texts(&["hi"])));
    assert_eq!(conversation.begin(|_| memory(), NOW), Work::Rest);
}

#[test]
fn a_call_that_was_cut_off_is_not_made_again() {
    let mut conversation = Conversation::default();
    conversation.ask(&question("a", "hello"), LIMITS, NOW);
    assert!(!conversation.has_begun());
    begin(&mut conversation, NOW).unwrap();
    let mut conversation = stored(&conversation);
    assert!(conversation.has_begun() && conversation.has_call());
    assert_eq!(conversation.begin(|_| memory(), NOW), Work::CutOff(Box::new(question("a", "hello"))));
    let answered = conversation.end(("a", ""), CallOutcome::instead("sorry"), &memory(), NOW);
    assert_eq!(answered, [(question("a", "hello"), vec!["sorry".to_owned()])]);
    assert_eq!(conversation.turns(), [], "a text instead of an answer is not remembered");
    assert_eq!(conversation.answer("a"), Some(&texts(&["sorry"])));
}

#[test]
fn messages_that_arrive_during_a_call_are_asked_together_after_it() {
    let mut conversation = Conversation::default();
    conversation.ask(&question("a", "one"), LIMITS, NOW);
    let first = begin(&mut conversation, NOW).unwrap();
    for id in ["b", "c", "d"] {
        assert_eq!(conversation.ask(&question(id, id), LIMITS, NOW), Step::Wait { start: false });
    }
    assert_eq!(conversation.ask(&question("e", "e"), LIMITS, NOW), Step::Busy);
    conversation.note("e", vec!["busy".to_owned()], NOW);
    assert_eq!(end(&mut conversation, &first, "1", NOW).len(), 1);
    let second = begin(&mut conversation, NOW).unwrap();
    assert_eq!((second.text.as_str(), second.question.id.as_str()), ("b\nc\nd", "d"));
    let answered = end(&mut conversation, &second, "2", NOW);
    let shown: Vec<_> = answered.iter().map(|(id, texts)| (id.as_str(), texts.concat())).collect();
    assert_eq!(shown, [("b", String::new()), ("c", String::new()), ("d", "2".to_owned())]);
    assert_eq!(conversation.turns().len(), 2);
    assert_eq!(conversation.ask(&question("e", "e"), LIMITS, NOW), Step::Answered(texts(&["busy"])));
}

#[test]
fn a_short_message_fetches_the_answer_that_is_waited_for() {
    let mut conversation = Conversation::default();
    let fetch = Question { is_fetch: true, ..question("b", "?") };
    conversation.ask(&question("a", "hello"), LIMITS, NOW);
    let prompt = begin(&mut conversation, NOW).unwrap();
    assert_eq!(conversation.ask(&fetch, LIMITS, NOW), Step::Wait { start: false });
    let answered = end(&mut conversation, &prompt, "hi", NOW);
    assert_eq!(answered, [("a".to_owned(), vec![]), ("b".to_owned(), vec!["hi".to_owned()])]);
    // Without a call it is a question like any other.
    let other = Question { id: "c".to_owned(), ..fetch };
    assert_eq!(conversation.ask(&other, LIMITS, NOW), Step::Wait { start: true });
    assert_eq!(begin(&mut conversation, NOW).unwrap().text, "?");
}

#[test]
fn a_user_may_ask_so_often_in_a_minute_and_in_a_day() {
    let mut conversation = Conversation::default();
    for number in 0..5 {
        converse(&mut conversation, &format!("a{number}"), NOW.plus(number));
    }
    assert_eq!(conversation.ask(&question("b", "b"), LIMITS, NOW.plus(59)), Step::Limited);
    assert_eq!(
        conversation.ask(&question("a4", "a4"), LIMITS, NOW.plus(59)),
        Step::Answered(texts(&["yes"]))
    );
    let mut conversation = stored(&conversation);
    for number in 60..63 {
        converse(&mut conversation, &format!("c{number}"), NOW.plus(number));
    }
    assert_eq!(conversation.ask(&question("d", "d"), LIMITS, NOW.plus(300)), Step::Limited);
    let midnight = Timestamp::from_seconds((NOW.day_in_beijing() + 1) * 86_400 - 8 * 3600);
    assert_eq!(conversation.ask(&question("d", "d"), LIMITS, midnight.minus(1)), Step::Limited);
    assert_eq!(conversation.ask(&question("d", "d"), LIMITS, midnight), Step::Wait { start: true });
}

#[test]
fn what_was_said_is_limited_and_expires() {
    let mut conversation = Conversation::default();
    for (number, id) in ["a", "b", "c"].into_iter().enumerate() {
        converse(&mut conversation, id, NOW.plus(60 * i64::try_from(number).unwrap()));
    }
    let questions: Vec<_> = conversation.turns().iter().map(|turn| turn.question.as_str()).collect();
    assert_eq!(questions, ["b", "c"]);
    let last = NOW.plus(120);
    assert_eq!(conversation.expire(last.plus(1799)), Some(last.plus(1800)));
    assert_eq!(conversation.turns().len(), 2);
    assert_eq!(conversation.expire(last.plus(1800)), Some(last.plus(86_400)), "the answers, for retries");
    assert_eq!(conversation.turns(), []);
    assert_eq!(conversation.expire(last.plus(86_400)), None);
    // Also without an alarm.
    converse(&mut conversation, "d", NOW.plus(200_000));
    conversation.ask(&question("e", "e"), LIMITS, NOW.plus(300_000));
    assert_eq!(begin(&mut conversation, NOW.plus(300_000)).unwrap().turns, []);
}

#[test]
fn an_answer_that_was_given_without_a_database_is_known_as_that() {
    let mut conversation = Conversation::default();
    converse(&mut conversation, "a", NOW);
    conversation.given("a");
    conversation.given("unknown");
    let given = Answer { is_given: true, ..texts(&["yes"]) };
    assert_eq!(stored(&conversation).ask(&question("a", "a"), LIMITS, NOW), Step::Answered(given));
}

#[test]
fn another_assistant_begins_a_conversation_of_its_own() {
    let mut conversation = Conversation::default();
    converse(&mut conversation, "a", NOW);
    let other = Question { assistant: "other".to_owned(), ..question("b", "b") };
    conversation.ask(&other, LIMITS, NOW);
    assert_eq!(begin(&mut conversation, NOW).unwrap().turns, []);
}

#[test]
fn the_last_answers_are_kept_for_a_day() {
    let mut conversation = Conversation::default();
    for number in 0..17 {
        conversation.note(&number.to_string(), vec![number.to_string()], NOW);
    }
    assert_eq!(conversation.answer("0"), None);
    assert_eq!(conversation.answer("1"), Some(&texts(&["1"])));
    conversation.note("17", Vec::new(), NOW.plus(86_400));
    assert_eq!((conversation.answer("16"), conversation.answer("17")), (None, Some(&texts(&[]))));
}

#[test]
fn what_is_asked_when_everything_is_deleted_is_not_the_answer_to_what_is_asked_next() {
    let mut conversation = Conversation::default();
    conversation.ask(&question("a", "my secret"), LIMITS, NOW);
    let first = begin(&mut conversation, NOW).unwrap();
    assert_eq!(conversation.awaited("a"), None);
    // `user/erase`, during the call.
    conversation = Conversation::default();
    assert_eq!(conversation.awaited("a"), Some(texts(&[])), "WeChat does not deliver it again");
    assert_eq!(conversation.ask(&question("b", "hello"), LIMITS, NOW), Step::Wait { start: true });
    assert_eq!(end(&mut conversation, &first, "your secret", NOW), []);
    assert_eq!((conversation.answer("b"), conversation.turns()), (None, &[][..]));
    let second = begin(&mut conversation, NOW).unwrap();
    assert_eq!(end(&mut conversation, &second, "hi", NOW), [("b".to_owned(), vec!["hi".to_owned()])]);
    assert_eq!(conversation.turns().len(), 1);
}

#[test]
fn what_is_asked_when_the_user_starts_again_is_answered_and_not_remembered() {
    let mut conversation = Conversation::default();
    conversation.ask(&question("a", "old"), LIMITS, NOW);
    let prompt = begin(&mut conversation, NOW).unwrap();
    conversation.forget();
    let mut conversation = stored(&conversation);
    assert_eq!(end(&mut conversation, &prompt, "yes", NOW), [("a".to_owned(), vec!["yes".to_owned()])]);
    assert_eq!(conversation.turns(), []);
    converse(&mut conversation, "b", NOW);
    assert_eq!(conversation.turns().len(), 1);
}

#[test]
fn every_message_of_an_impatient_user_is_answered() {
    let mut conversation = Conversation::default();
    conversation.ask(&question("a", "hello"), LIMITS, NOW);
    let prompt = begin(&mut conversation, NOW).unwrap();
    for number in 0..12 {
        let fetch = Question { is_fetch: true, ..question(&format!("f{number}"), "?") };
        let step = conversation.ask(&fetch, LIMITS, NOW);
        assert_eq!(step, if number < 4 { Step::Wait { start: false } } else { Step::Busy }, "{number}");
        if step == Step::Busy {
            conversation.note(&fetch.id, vec!["busy".to_owned()], NOW);
        }
    }
    assert_eq!(end(&mut conversation, &prompt, "hi", NOW).len(), 5);
    for id in ["a", "f0", "f3", "f4", "f11"] {
        assert!(conversation.answer(id).is_some(), "{id}");
    }
}

#[test]
fn each_assistant_is_asked_what_it_was_asked() {
    let mut conversation = Conversation::default();
    let other = |id: &str, is_fetch| Question { assistant: "other".to_owned(), is_fetch, ..question(id, id) };
    conversation.ask(&question("a", "a"), LIMITS, NOW);
    conversation.ask(&other("b", true), LIMITS, NOW);
    conversation.ask(&question("c", "c"), LIMITS, NOW);
    conversation.ask(&other("d", false), LIMITS, NOW);
    let mut asked = Vec::new();
    while let Some(prompt) = begin(&mut conversation, NOW) {
        asked.push((prompt.question.assistant.clone(), prompt.text.clone()));
        end(&mut conversation, &prompt, "yes", NOW);
    }
    let expected = [("helper", "a"), ("other", "b\nd"), ("helper", "c")];
    assert_eq!(asked, expected.map(|(assistant, text)| (assistant.to_owned(), text.to_owned())));
    assert!(["a", "b", "c", "d"].iter().all(|id| conversation.answer(id).is_some()));
}

#[test]
fn a_call_that_has_lost_its_alarm_is_started_by_the_next_question() {
    let mut conversation = Conversation::default();
    conversation.ask(&question("a", "a"), LIMITS, NOW);
    let mut conversation = stored(&conversation);
    assert_eq!(conversation.ask(&question("b", "b"), LIMITS, NOW), Step::Wait { start: true });
    let prompt = begin(&mut conversation, NOW).unwrap();
    assert_eq!(conversation.ask(&question("c", "c"), LIMITS, NOW), Step::Wait { start: false });
    assert_eq!(end(&mut conversation, &prompt, "yes", NOW).len(), 1);
    assert_eq!(begin(&mut conversation, NOW).unwrap().text, "b\nc");
}

#[test]
fn a_conversation_in_which_nothing_was_said_is_not_stored() {
    let mut conversation = Conversation::default();
    // A word that starts again, or `conversation/reset`.
    conversation.forget();
    conversation.given("a");
    assert!(conversation.is_empty());
    converse(&mut conversation, "a", NOW);
    conversation.forget();
    assert!(!conversation.is_empty(), "its answer and its counters are kept");
    assert_eq!(conversation.expire(NOW.plus(86_400)), None);
    assert!(conversation.is_empty());
}
