//! One sample of every message and event the manual knows.

use include_dir::{Dir, include_dir};

use crate::document::Document;

static MESSAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/fixtures/messages");
static EVENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../tests/fixtures/events");

/// The sample of a user's message, such as `text` or `voice`.
#[must_use]
pub fn message(name: &str) -> Option<Document> {
    find(&MESSAGES, name)
}

/// The sample of an event, such as `subscribe`; an event without one is made with its name alone.
#[must_use]
pub fn event(name: &str) -> Option<Document> {
    find(&EVENTS, &name.to_ascii_lowercase())
        .or_else(|| Some(find(&EVENTS, "subscribe")?.with("Event", name)))
}

/// The names of all samples of users' messages.
#[must_use]
pub fn message_names() -> Vec<&'static str> {
    names(&MESSAGES)
}

/// The names of all samples of events.
#[must_use]
pub fn event_names() -> Vec<&'static str> {
    names(&EVENTS)
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
