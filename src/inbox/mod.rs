//! What we remember: each message and event once, what became of it, and what it says of its sender.
//!
//! An [`Entry`] is stored before WeChat gets its answer: one row. What follows from it ([`file_entry`]) is
//! written behind the answer, and swept by the cron trigger where that was cut off ([`scan`], [`file_range`]).
//! Everything here is a [`crate::sql::Statement`], or what its rows mean.

mod count;
mod entry;
mod filing;
mod follower;
mod outcome;
mod page;
mod received;
mod record;
mod retention;
mod sent;
mod store;

pub use count::{DayRow, MenuEventRow, daily_totals, first_second_of_day, menu_events};
pub use entry::{Entry, TooLarge};
pub use filing::{Scan, ScanRow, file_entry, file_range, moved_to, scan};
pub use follower::{Follower, FollowerRow, Window, follower};
pub use outcome::Outcome;
pub use page::{Filter, Line, Place, PlaceRow, lines, next_page, page, page_end, timeline};
pub use received::{Received, ReceivedRow, by_msg_id};
pub use record::Record;
pub use retention::{erase, erased, expire};
pub use sent::{Sent, SentRow, insert_sent};
pub use store::{StoredRow, insert, stored};
