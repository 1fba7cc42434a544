//! Simulates api.weixin.qq.com, as its manual (微信公众平台接口文档) describes it, for one account in a fixed [`world`].
//!
//! Each file implements one chapter of the manual. A request becomes a [`Call`], which `route` admits and its chapter
//! performs on `state`. A pending [`Fault`] changes or replaces the response. Tests control the [`Platform`] directly;
//! users do so over HTTP, under /sandbox.
//!
//! Permanent material, drafts, mass messages, statistics and comments are not implemented. Therefore every non-empty
//! `media_id` is valid, except for downloads.

#![allow(clippy::unnecessary_wraps, reason = "all calls share one signature, even those that never fail")]

mod reply;
mod clock;
mod refusal;
mod record;
mod ask;
pub mod world;
mod page;
mod window;
mod action;
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
mod display;
mod state;
mod route;
mod fault;
mod platform;
mod control;
mod serve;

pub use action::{ActionKind, UserAction};
pub use control::{FaultOrder, announce, order_fault};
pub use fault::Fault;
pub use platform::Platform;
pub use record::Call;
pub use serve::serve;

pub use crate::server::listen;
pub use token::FORCED_REFRESH;
pub use window::Trigger;
