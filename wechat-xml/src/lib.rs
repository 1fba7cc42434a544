//! WeChat's XML: small, flat, and nothing of XML's dangerous half.
//!
//! A crate of its own for the compiler's sake, as `aes-cbc` is: every message and every reply passes here byte by byte.

mod read;
mod write;

pub use read::{Element, MalformedXml, parse};
pub use write::{Writer, is_allowed};
