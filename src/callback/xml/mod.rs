//! WeChat's XML: small, flat, and nothing of XML's dangerous half.

mod read;
mod write;

pub use read::{Element, MalformedXml, parse};
pub(super) use write::{Writer, is_allowed};
