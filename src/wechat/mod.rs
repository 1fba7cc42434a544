//! Calls of WeChat's API and their answers, as values; one file per chapter of the manual.
//!
//! Nothing is sent here: `edge` sends a [`Call`], and passes the answer's bytes to [`answer()`].

mod answer;
pub mod autoreply;
pub mod base;
pub mod blacklist;
mod call;
mod capability;
pub mod custom_message;
mod errcode;
pub mod jssdk;
mod keeper;
pub mod media;
pub mod menu;
mod openids;
pub mod qrcode;
mod scalar;
mod sent_message;
pub mod tag;
pub mod template;
pub mod token;
pub mod user;

pub use answer::{Done, Error, Refusal, answer, read};
pub use call::{Call, Method};
pub use capability::{CUSTOMER_SERVICE, Learned, UNAUTHORIZED_API, capabilities, refused_since};
pub use errcode::{Action, action, advice, refused_ip};
pub use keeper::{KeeperRequest, KeeperStatus, Kept, Step};
pub use openids::OpenIds;
pub use scalar::NumberOrText;
pub use sent_message::SentMessage;
