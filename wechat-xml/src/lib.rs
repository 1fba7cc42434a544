//! Reads and writes WeChat's XML, which is small and flat. Document types and custom entities are rejected.
//!
//! Like `aes-cbc`, this is a separate crate so that it can be optimised for speed: it processes every byte of every
//! message and reply.

mod read;
mod write;

pub use read::{Element, ForeignText, MalformedXml, parse, parse_with};
pub use write::{Writer, is_allowed};
