//! The inbox: each message and event once, its outcome, and what it says about its sender.
//!
//! An [`Entry`] is stored before WeChat gets its answer: one row. What follows from it ([`file_entry`]) is written
//! after the response, and by a scheduled job if that was interrupted ([`scan`], [`file_range`]).
//! Everything here is a [`crate::sql::Statement`], or reads its rows.

mod count;
mod entry;
mod filing;
mod follower;
mod outcome;
mod page;
mod received;
mod record;
mod reply_window;
mod retention;
mod sent;
mod store;

pub use count::{DayRow, MenuEventRow, daily_totals, first_second_of_day, menu_events};
pub use entry::{Entry, TooLarge};
pub use filing::{Scan, ScanRow, file_entry, file_range, moved_to, scan};
pub use follower::{Follower, FollowerRow, follower};
pub use outcome::Outcome;
pub use page::{Filter, Line, Place, PlaceRow, lines, next_page, page, page_end, timeline};
pub use received::{Received, ReceivedRow, by_msg_id};
pub use record::Record;
pub use reply_window::ReplyWindow;
pub use retention::{erase, erased, expire};
pub use sent::{Sent, SentRow, insert_sent};
pub use store::{StoredRow, insert, stored};
