//! A sample of every message and event in WeChat's manual.

use include_dir::{Dir, include_dir};

use crate::document::Document;

static MESSAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/fixtures/messages");
static EVENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/fixtures/events");

/// Returns the sample of a message from a user, such as `text` or `voice`.
#[must_use]
pub fn message(name: &str) -> Option<Document> {
    find(&MESSAGES, name)
}

/// Returns the sample of an event, such as `subscribe`. An event without a sample is the `subscribe` sample with another
/// name.
#[must_use]
pub fn event(name: &str) -> Option<Document> {
    find_event(name).or_else(|| Some(find(&EVENTS, "subscribe")?.with("Event", name)))
}

/// Whether there is a sample of this event.
#[must_use]
pub fn has_event(name: &str) -> bool {
    find_event(name).is_some()
}

/// Returns the names of all sample messages.
#[must_use]
pub fn message_names() -> Vec<&'static str> {
    names(&MESSAGES)
}

/// Returns the names of all sample events.
#[must_use]
pub fn event_names() -> Vec<&'static str> {
    names(&EVENTS)
}

/// Finds an event by the name of its file, or by WeChat's name for it, in upper or lower case.
fn find_event(name: &str) -> Option<Document> {
    let is_it =
        |document: &Document| document.text("Event").is_some_and(|event| event.eq_ignore_ascii_case(name));
    let mut samples = event_names().into_iter().filter_map(|file| find(&EVENTS, file));
    find(&EVENTS, &name.to_ascii_lowercase()).or_else(|| samples.find(is_it))
}

fn find(folder: &Dir<'_>, name: &str) -> Option<Document> {
    let file = folder.get_file(format!("{name}.xml"))?;
    Document::parse(file.contents_utf8()?).ok()
}

fn names(folder: &'static Dir<'_>) -> Vec<&'static str> {
    let mut names: Vec<_> = folder.files().filter_map(|file| file.path().file_stem()?.to_str()).collect();
    names.sort_unstable();
    names
}
