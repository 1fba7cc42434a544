//! Scopes: what an API key may do.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A group of calls: the first part of their path, except for calls that show or delete more than it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// `message/*`, and `user/timeline`.
    Message,
    /// `template/*`
    Template,
    /// `user/*`
    User,
    /// `tag/*`
    Tag,
    /// `menu/*`
    Menu,
    /// `qrcode/*`
    QrCode,
    /// `jssdk/*`
    Jssdk,
    /// `token/*`, which returns the access token itself.
    Token,
    /// `rule/*`
    Rule,
    /// `webhook/*` and `delivery/*`
    Webhook,
    /// `assistant/*`, and what they remember of users.
    Assistant,
    /// `stats/*`
    Stats,
    /// Calls that delete a user's data.
    Privacy,
    /// The gateway's temporary and permanent material.
    Media,
    /// Deleting permanent material, through the gateway.
    MediaDelete,
    /// Mass sending, through the gateway: once a day or four times a month, and it cannot be undone.
    Mass,
    /// Drafts and publishing, through the gateway.
    Article,
    /// Comments of articles, through the gateway.
    Comment,
    /// Agents and their sessions, through the gateway.
    CustomerService,
    /// Cards, through the gateway.
    Card,
    /// Electronic invoices and public payments (电子发票, 非税缴费), through the gateway.
    Invoice,
    /// Shopping guides (导购) and their customers, through the gateway.
    Guide,
    /// Shops in the real world (门店), with their Wi-Fi and beacons (摇一摇), through the gateway.
    Store,
    /// WeChat's shop (微信小店) and the goods in it, through the gateway.
    Shop,
    /// Connected devices (硬件设备), through the gateway.
    Device,
    /// Advertising (广告), through the gateway.
    Ad,
    /// Clearing quotas, through the gateway: ten times a month.
    Quota,
    /// `account/*`
    Account,
    /// `key/*`, which creates and revokes keys.
    Key,
}

/// What a scope allows within its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// `read`
    Read,
    /// `write`, which implies `read`.
    Write,
}

/// `menu:write`, or `*` for everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `*`
    Everything,
    /// One group, to read or to write.
    One(Group, Access),
}

/// What a caller needs to make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// An API key or a session with a scope.
    Scope(Scope),
    /// Any API key or session.
    Key,
    /// A session.
    Session,
    /// Nothing: the call itself says who makes it.
    Nothing,
}

const GROUPS: [(&str, Group); 29] = [
    ("message", Group::Message),
    ("template", Group::Template),
    ("user", Group::User),
    ("tag", Group::Tag),
    ("menu", Group::Menu),
    ("qrcode", Group::QrCode),
    ("jssdk", Group::Jssdk),
    ("token", Group::Token),
    ("rule", Group::Rule),
    ("webhook", Group::Webhook),
    ("assistant", Group::Assistant),
    ("stats", Group::Stats),
    ("privacy", Group::Privacy),
    ("media", Group::Media),
    ("media_delete", Group::MediaDelete),
    ("mass", Group::Mass),
    ("article", Group::Article),
    ("comment", Group::Comment),
    ("customservice", Group::CustomerService),
    ("card", Group::Card),
    ("invoice", Group::Invoice),
    ("guide", Group::Guide),
    ("store", Group::Store),
    ("shop", Group::Shop),
    ("device", Group::Device),
    ("ad", Group::Ad),
    ("quota", Group::Quota),
    ("account", Group::Account),
    ("key", Group::Key),
];

impl Scope {
    /// Reads `group:read`, `group:write` or `*`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everything);
        }
        let (name, access) = text.split_once(':')?;
        let (_, group) = GROUPS.iter().find(|(known, _)| *known == name)?;
        match access {
            "read" => Some(Self::One(*group, Access::Read)),
            "write" => Some(Self::One(*group, Access::Write)),
            _ => None,
        }
    }

    /// A regular expression that matches every scope.
    pub(super) fn pattern() -> String {
        format!(r"^(\*|({}):(read|write))$", names("|"))
    }

    /// Whether a key with this scope may do what `wanted` names.
    #[must_use]
    pub fn allows(self, wanted: Self) -> bool {
        match (self, wanted) {
            (Self::Everything, _) => true,
            (Self::One(mine, access), Self::One(group, needed)) => {
                mine == group && (access == Access::Write || access == needed)
            }
            (Self::One(..), Self::Everything) => false,
        }
    }
}

fn names(separator: &str) -> String {
    GROUPS.map(|(name, _)| name).join(separator)
}

impl Group {
    /// The name in paths and scopes.
    #[must_use]
    pub fn name(self) -> &'static str {
        GROUPS.iter().find(|(_, group)| *group == self).map_or("", |(name, _)| name)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => formatter.write_str("*"),
            Self::One(group, Access::Read) => write!(formatter, "{}:read", group.name()),
            Self::One(group, Access::Write) => write!(formatter, "{}:write", group.name()),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(scope) => scope.fmt(formatter),
            Self::Key => formatter.write_str("any"),
            Self::Session => formatter.write_str("session"),
            Self::Nothing => formatter.write_str("none"),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "must be * or a group with :read or :write, such as menu:write; the groups are {}",
                names(", ")
            ))
        })
    }
}
