//! The inbox: each message and event once, its outcome, and what it says about its sender.
//!
//! One D1 call stores an [`Entry`] before WeChat gets its answer ([`insert`]). Everything here is a
//! [`crate::sql::Statement`], or reads its rows.

mod conversation;
mod conversations;
mod directory;
mod entry;
mod figures;
mod follower;
mod fullness;
mod outcome;
mod opening;
mod page;
mod received;
mod record;
mod reply_window;
mod retention;
mod sent;
mod store;
mod user;

pub use conversation::{Conversation, ConversationRow, Pause, PauseRow, extend_pause, hold, pause, resume};
pub use conversations::{Continuation, ConversationFilter, Section, poll_from, section};
pub use directory::{
    FoundUserRow, UserFilter, UserSyncRow, UserSyncTurnRow, fail_user_sync, known_followers, mark_unfollowed,
    next_user_sync, note_user_sync, search_users, start_user_sync, sync_users, user_sync,
};
pub use entry::{Entry, EntryDecision, TooLarge};
pub use figures::{
    BackendFigures, Button, ButtonFilter, Closed, ClosedRow, CountRow, DayFigures, Days, DueRow, Live,
    OutcomeCounts, RuleFigures, RuleHits, SceneCounts, SceneFigures, Step, Summary, Today, WordRow, buttons,
    closed_buttons, closed_rules, closed_scenes, closed_summary, closed_up_to, due, first_second_of_day,
    last_28_days, last_365_days, live, note_late, rule_hits, since_yesterday, unanswered_words,
};
pub use follower::{Follower, FollowerRow, MAX_SEARCHED, follower};
pub use fullness::{Fullness, oldest};
pub use opening::{Opening, OpeningRow, opening};
pub use outcome::Outcome;
pub(crate) use outcome::is_open_message;
pub use page::{Filter, Line, Place, PlaceRow, lines, next_page, page, page_end, timeline};
pub use received::{Received, ReceivedRow, by_msg_id};
pub use record::Record;
pub(crate) use reply_window::AFTER_A_MESSAGE;
pub use reply_window::ReplyWindow;
pub use retention::{ErasedRows, STEP, erase, expire, expire_before};
pub use sent::{SendRecord, Sent, SentRow, settle};
pub use store::{InsertedRow, Lookup, Stored, StoredRow, insert, note_follow, settle_used, stored};
pub use user::learn;
