//! The scopes that WeChat's paths require.

use crate::api::{Access, Group, Scope};

use Access::{Read, Write};
use Group::{
    Account, Article, Card, Comment, CustomerService, Jssdk, Mass, Media, MediaDelete, Menu, Message, QrCode,
    Quota, Stats, Tag, Template, User,
};

/// Prefixes of paths; the longest that matches decides. `Read` are calls that change nothing, with any method.
const PERMISSIONS: [(&str, Group, Access); 67] = [
    ("/cgi-bin/menu/", Menu, Write),
    ("/cgi-bin/menu/get", Menu, Read),
    ("/cgi-bin/menu/trymatch", Menu, Read),
    ("/cgi-bin/get_current_selfmenu_info", Menu, Read),
    ("/cgi-bin/get_current_autoreply_info", Account, Read),
    ("/cgi-bin/getcallbackip", Account, Read),
    ("/cgi-bin/get_api_domain_ip", Account, Read),
    ("/cgi-bin/callback/check", Account, Read),
    ("/cgi-bin/openapi/quota/get", Account, Read),
    ("/cgi-bin/openapi/rid/get", Account, Read),
    ("/cgi-bin/openapi/quota/clear", Quota, Write),
    ("/cgi-bin/clear_quota", Quota, Write),
    ("/cgi-bin/message/custom/", Message, Write),
    ("/cgi-bin/message/template/", Template, Write),
    ("/cgi-bin/message/subscribe/", Template, Write),
    ("/cgi-bin/message/mass/", Mass, Write),
    ("/cgi-bin/message/mass/get", Mass, Read),
    ("/cgi-bin/message/mass/speed/get", Mass, Read),
    ("/cgi-bin/template/", Template, Write),
    ("/cgi-bin/template/get_", Template, Read),
    ("/wxaapi/newtmpl/", Template, Write),
    ("/wxaapi/newtmpl/get", Template, Read),
    ("/cgi-bin/user/", User, Write),
    ("/cgi-bin/user/get", User, Read),
    ("/cgi-bin/user/info", User, Read),
    ("/cgi-bin/user/info/updateremark", User, Write),
    ("/cgi-bin/user/tag/get", Tag, Read),
    ("/cgi-bin/changeopenid", User, Read),
    ("/cgi-bin/tags/", Tag, Write),
    ("/cgi-bin/tags/get", Tag, Read),
    ("/cgi-bin/tags/getidlist", Tag, Read),
    ("/cgi-bin/tags/members/getblacklist", User, Read),
    ("/cgi-bin/tags/members/batchblacklist", User, Write),
    ("/cgi-bin/tags/members/batchunblacklist", User, Write),
    ("/cgi-bin/media/", Media, Write),
    ("/cgi-bin/media/get", Media, Read),
    ("/cgi-bin/material/", Media, Write),
    ("/cgi-bin/material/get_", Media, Read),
    ("/cgi-bin/material/batchget_", Media, Read),
    ("/cgi-bin/material/del_", MediaDelete, Write),
    ("/cgi-bin/draft/", Article, Write),
    ("/cgi-bin/draft/get", Article, Read),
    ("/cgi-bin/draft/count", Article, Read),
    ("/cgi-bin/draft/batchget", Article, Read),
    ("/cgi-bin/freepublish/", Article, Write),
    ("/cgi-bin/freepublish/get", Article, Read),
    ("/cgi-bin/freepublish/batchget", Article, Read),
    ("/cgi-bin/comment/", Comment, Write),
    ("/cgi-bin/comment/list", Comment, Read),
    ("/cgi-bin/qrcode/create", QrCode, Write),
    ("/cgi-bin/shorten/", QrCode, Write),
    ("/cgi-bin/shorten/fetch", QrCode, Read),
    ("/cgi-bin/ticket/getticket", Jssdk, Read),
    ("/cgi-bin/customservice/", CustomerService, Write),
    ("/cgi-bin/customservice/get", CustomerService, Read),
    ("/customservice/", CustomerService, Write),
    ("/customservice/kfsession/get", CustomerService, Read),
    ("/customservice/msgrecord/get", CustomerService, Read),
    ("/datacube/", Stats, Read),
    ("/card/", Card, Write),
    ("/card/get", Card, Read),
    ("/card/batchget", Card, Read),
    ("/card/code/get", Card, Read),
    ("/card/user/getcardlist", Card, Read),
    ("/cv/", Media, Read),
    ("/semantic/", Message, Read),
    ("/cgi-bin/media/voice/queryrecoresultfortext", Media, Read),
];

/// The scope that a path requires; an unknown path requires `*`.
#[must_use]
pub fn permission(path: &str) -> Scope {
    // WeChat does not document whether paths are case-sensitive.
    let path = path.to_ascii_lowercase();
    PERMISSIONS
        .iter()
        .filter(|(beginning, ..)| path.starts_with(beginning))
        .max_by_key(|(beginning, ..)| beginning.len())
        .map_or(Scope::Everything, |(_, group, access)| Scope::One(*group, *access))
}
