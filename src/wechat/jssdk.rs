//! The signature with which a page uses the JS-SDK.
//!
//! Manual: JS-SDK 说明文档, 附录1.

use sha1_smol::Sha1;

use crate::secret::Secret;
use crate::time::Timestamp;

/// Signs a page: `url` as the browser shows it; the part after `#` is ignored.
#[must_use]
pub fn sign(ticket: &Secret, nonce: &str, timestamp: Timestamp, url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let ticket = ticket.expose();
    let signed = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    Sha1::from(signed).digest().to_string()
}
