//! api.weixin.qq.com, as its manual (微信公众平台接口文档) describes it, for one account in a fixed [`world`].
//!
//! One file per chapter. A request becomes a [`Call`], suffers its [`Fault`] if one was ordered, is admitted
//! by `route`, and performed by its chapter on `state`. Tests hold the [`Platform`]; people use /sandbox.
//!
//! Not here: permanent material, drafts, mass messages, statistics, comments. So every `media_id` that is not empty
//! is taken, but for downloading it.

#![allow(clippy::unnecessary_wraps, reason = "every call has the same signature, also one that never fails")]

mod reply;
mod clock;
mod refusal;
mod record;
mod ask;
pub mod world;
mod page;
mod window;
mod token;
mod ticket;
mod base;
mod quota;
mod button;
mod media;
mod menu;
mod autoreply;
mod industry;
mod template_value;
mod template;
mod custom_message;
mod user;
mod tag;
mod blacklist;
mod qrcode;
mod state;
mod route;
mod fault;
mod platform;
mod control;
mod serve;

pub use control::{FaultOrder, order_fault};
pub use fault::Fault;
pub use platform::Platform;
pub use record::Call;
pub use serve::{listen, serve};
pub use token::FORCED_REFRESH;
pub use window::Trigger;
