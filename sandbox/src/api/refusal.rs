//! Return codes (全局返回码说明): the errors of all calls, with WeChat's error messages.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::chance::random;

/// An error of a call. WeChat sends errors with status 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    errcode: i64,
    errmsg: Cow<'static, str>,
}

/// The result of a call.
pub(super) type Answer = Result<Value, Refusal>;

/// The response of a successful call that returns no data.
pub(super) fn ok() -> Value {
    json!({ "errcode": 0, "errmsg": "ok" })
}

impl Refusal {
    const fn new(errcode: i64, errmsg: &'static str) -> Self {
        Self { errcode, errmsg: Cow::Borrowed(errmsg) }
    }

    /// An injected error.
    pub(super) fn ordered(errcode: i64, errmsg: String) -> Self {
        Self { errcode, errmsg: Cow::Owned(errmsg) }
    }

    /// Error 47003, which names a field of the template.
    pub(super) fn invalid_argument(field: &str) -> Self {
        Self { errcode: 47003, errmsg: Cow::Owned(format!("argument invalid! data.{field}.value invalid")) }
    }

    /// Converts the error to a response with a new rid.
    pub(super) fn to_json(&self) -> Value {
        let [a, b, c] = [random::<4>(), random(), random()].map(u32::from_be_bytes);
        let errmsg = format!("{} rid: {a:08x}-{b:08x}-{c:08x}", self.errmsg);
        json!({ "errcode": self.errcode, "errmsg": errmsg })
    }
}

macro_rules! refusals {
    ($($name:ident = $errcode:literal, $errmsg:literal;)*) => {
        impl Refusal {
            $(pub(super) const $name: Self = Self::new($errcode, $errmsg);)*
        }
    };
}

refusals! {
    // Credentials.
    INVALID_CREDENTIAL = 40001, "invalid credential, access_token is invalid or not latest";
    INVALID_GRANT_TYPE = 40002, "invalid grant_type";
    INVALID_APPID = 40013, "invalid appid";
    INVALID_ACCESS_TOKEN = 40014, "invalid access_token";
    INVALID_APPSECRET = 40125, "invalid appsecret";
    ACCESS_TOKEN_MISSING = 41001, "access_token missing";
    APPID_MISSING = 41002, "appid missing";
    APPSECRET_MISSING = 41004, "appsecret missing";
    ACCESS_TOKEN_EXPIRED = 42001, "access_token expired";

    // Transport and format.
    INVALID_URL = 40066, "invalid url";
    INVALID_ARGS = 40097, "invalid args";
    MISSING_FIELDS = 41011, "missing required fields! please check document and request json!";
    REQUIRE_GET = 43001, "require GET method";
    REQUIRE_POST = 43002, "require POST method";
    EMPTY_POST_DATA = 44002, "empty post data";
    DATA_FORMAT = 47001, "data format error";

    // Quota.
    DAILY_QUOTA = 45009, "reach max api daily quota limit";
    CLEAR_QUOTA_LIMIT = 48006, "forbid to clear quota because of reaching the limit";
    UNKNOWN_CGI_PATH = 76021, "cgi_path not found";
    INVALID_ACTION = 40202, "invalid action";
    INVALID_OPERATOR = 40203, "invalid check_operator";

    // Recipients.
    INVALID_OPENID = 40003, "invalid openid";
    INVALID_OPENID_LIST = 40031, "invalid openid list";
    INVALID_OPENID_LIST_SIZE = 40032, "invalid openid list size";
    REQUIRE_SUBSCRIBE = 43004, "require subscribe";
    IN_BLACKLIST = 43019, "require remove blacklist";
    INVALID_REMARK = 40092, "invalid remark name";

    // Customer-service messages.
    INVALID_MESSAGE_TYPE = 40008, "invalid message type";
    MEDIA_ID_MISSING = 41006, "media_id missing";
    EMPTY_NEWS = 44003, "empty news data";
    EMPTY_CONTENT = 44004, "empty content";
    CONTENT_SIZE = 45002, "content size out of limit";
    ARTICLE_SIZE = 45008, "article size out of limit";
    OUT_OF_TIME = 45015, "response out of time limit or subscription is canceled";
    OUT_OF_COUNT = 45047, "out of response count limit";
    INVALID_COMMAND = 45072, "invalid command";
    NO_RECENT_MESSAGE = 45080,
        "need sending message to user, or recv message from user in the last 30 seconds before typing";
    ALREADY_TYPING = 45081, "you are already typing";
    MENU_LIST_SIZE = 45098, "msgmenu list size is out of limit";
    MENU_ITEM_SIZE = 45099, "msgmenu item content size is out of limit";
    INVALID_ARTICLE_ID = 53600, "invalid article_id";
    INVALID_AGENT = 65401, "invalid custom service account";

    // Template messages.
    INVALID_TEMPLATE_ID = 40037, "invalid template_id";
    INVALID_LINK_SIZE = 40039, "invalid url size";
    INVALID_INDUSTRY = 40102, "invalid industry id";
    INVALID_PAGEPATH = 40165, "invalid weapp pagepath";
    INVALID_MINI_PROGRAM = 40166, "invalid weapp appid";
    INVALID_LIBRARY_ID = 40246, "invalid template_id_short";
    INVALID_KEYWORDS = 40247, "invalid keyword_name_list";
    INDUSTRY_TOO_OFTEN = 43100, "change template too frequently";
    TOO_MANY_TEMPLATES = 45026, "template num exceeds limit";

    // Media and web authorization.
    INVALID_MEDIA_ID = 40007, "invalid media_id";
    MEDIA_MISSING = 41005, "media data missing";
    INVALID_CODE = 40029, "invalid code";

    // Tags.
    TOO_MANY_TAGS = 45056, "too many tag now, no need to add new";
    SYSTEM_TAG = 45058, "can't modify sys tag";
    TOO_MANY_TAGS_OF_USER = 45059, "can not tagging one user too much";
    INVALID_TAG_NAME = 45157, "invalid tag name";
    TAG_NAME_TOO_LONG = 45158, "tag name too long";
    INVALID_TAG_ID = 45159, "invalid tag id";

    // QR codes.
    INVALID_ACTION_NAME = 40052, "invalid action name";
    INVALID_ACTION_INFO = 40053, "invalid action info, please check document";
    TOO_MANY_QRCODES = 45029, "qrcode count out of limit";

    // Menus.
    BUTTON_SIZE = 40016, "invalid button size";
    BUTTON_TYPE = 40017, "invalid button type";
    BUTTON_NAME = 40018, "invalid button name size";
    BUTTON_KEY = 40019, "invalid button key size";
    BUTTON_URL = 40020, "invalid button url size";
    SUB_MENU_LEVEL = 40022, "invalid sub_menu level";
    SUB_BUTTON_SIZE = 40023, "invalid sub button size";
    SUB_BUTTON_TYPE = 40024, "invalid sub button type";
    SUB_BUTTON_NAME = 40025, "invalid sub button name size";
    SUB_BUTTON_KEY = 40026, "invalid sub button key size";
    SUB_BUTTON_URL = 40027, "invalid sub button url size";
    INVALID_CHARSET = 40033,
        "invalid charset. please check your request, if include \\uxxxx will create fail!";
    SUB_BUTTON_DOMAIN = 40054, "invalid sub button url domain";
    BUTTON_DOMAIN = 40055, "invalid button url domain";
    BUTTON_MEDIA = 40117, "invalid button media_id size";
    SUB_BUTTON_MEDIA = 40118, "invalid sub button media_id size";
    BUTTON_RETIRED = 40119, "invalid use button type";
    SUB_BUTTON_RETIRED = 40120, "invalid use sub button type";
    NO_WEAPP_PERMISSION = 45064, "no permission to use weapp in menu";
    NO_MENU = 46003, "menu no exist";
    NOT_CONDITIONAL = 65301, "this menu is not conditionalmenu";
    NO_SUCH_USER = 65302, "no such user";
    NO_DEFAULT_MENU = 65303, "there is no selfmenu, please create selfmenu first";
    EMPTY_MATCH_RULE = 65304, "match rule empty";
    NOT_FANS = 65315, "not fans";
    TOO_MANY_DOMAINS = 65316, "domain count reach limit";
    PRIVACY_FIELD = 65320, "privacy field is not allowed";
}
