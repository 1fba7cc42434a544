//! Cursors: where a page ended, signed, so that a caller cannot forge one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::invalid::Invalid;
use crate::json::from_json;
use crate::mac::{Purpose, SigningKeys};

use super::Error;

/// Signs and verifies the cursors of one call for one account.
#[derive(Debug, Clone, Copy)]
pub struct Cursors<'a> {
    keys: &'a SigningKeys,
    call: &'static str,
    account: &'a str,
}

impl<'a> Cursors<'a> {
    /// The cursors of a call, such as `message/list`.
    #[must_use]
    pub const fn new(keys: &'a SigningKeys, call: &'static str, account: &'a str) -> Self {
        Self { keys, call, account }
    }

    /// The cursor with which the next page begins after `place`.
    #[must_use]
    pub fn seal(&self, place: &impl Serialize) -> String {
        let place = serde_json::to_string(place).unwrap_or_default();
        let code = self.keys.sign(Purpose::Cursor, &[self.call, self.account, &place]);
        format!("{}.{code}", URL_SAFE_NO_PAD.encode(&place))
    }

    /// The place that a cursor names; a cursor of another call or account is invalid.
    pub fn open<Place: DeserializeOwned>(&self, cursor: &str) -> Result<Place, Invalid> {
        self.place(cursor).ok_or_else(|| {
            Invalid::new("cursor", "is not one that this call returned; omit it to start from the beginning")
        })
    }

    /// The same for a field that may be absent, which an error names.
    pub fn open_if_given<Place: DeserializeOwned>(
        &self,
        field: &str,
        cursor: Option<&str>,
    ) -> Result<Option<Place>, Error> {
        let place = cursor.map(|cursor| self.open(cursor)).transpose();
        place.map_err(|invalid| Error::InvalidParameter(invalid.about(field)))
    }

    fn place<Place: DeserializeOwned>(&self, cursor: &str) -> Option<Place> {
        let (place, code) = cursor.split_once('.')?;
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
        let is_ours = self.keys.verify(Purpose::Cursor, &[self.call, self.account, &place], code);
        from_json(&place).ok().filter(|_| is_ours)
    }
}
