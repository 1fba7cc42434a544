//! The custom menu (自定义菜单).
//!
//! Manual: 创建接口, 查询接口, 删除接口, 个性化菜单接口.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::invalid::Invalid;
use crate::limits::at_most;

use super::Call;

const MAX_BUTTONS: usize = 3;
const MAX_SUB_BUTTONS: usize = 5;
const MAX_NAME_BYTES: usize = 16;
const MAX_SUB_NAME_BYTES: usize = 60;
const MAX_KEY_BYTES: usize = 128;
const MAX_URL_BYTES: usize = 1024;

/// A menu: the default one, or with `matchrule` a conditional one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// 1 to 3 buttons.
    #[schemars(length(min = 1, max = MAX_BUTTONS))]
    pub button: Vec<Button>,
    /// Who sees it; absent = everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matchrule: Option<MatchRule>,
}

/// A button: with `type` it has an action, with `sub_button` it opens a submenu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("anyOf" = [{ "required": ["type"] }, { "required": ["sub_button"] }]))]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// The label: at most 16 bytes of UTF-8, 60 in a submenu.
    #[schemars(length(min = 1, max = MAX_SUB_NAME_BYTES))]
    pub name: String,
    /// The action.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub button_type: Option<ButtonType>,
    /// The event's `EventKey`: at most 128 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_KEY_BYTES))]
    pub key: Option<String>,
    /// `view`: the page; `miniprogram`: the page for old clients. At most 1,024 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_URL_BYTES))]
    pub url: Option<String>,
    /// `miniprogram`: its AppID. At most 128 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_KEY_BYTES))]
    pub appid: Option<String>,
    /// `miniprogram`: its page. At most 1,024 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_URL_BYTES))]
    pub pagepath: Option<String>,
    /// `media_id`, `view_limited`: permanent material. At most 128 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_KEY_BYTES))]
    pub media_id: Option<String>,
    /// `article_id`, `article_view_limited`: a published article. At most 128 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = MAX_KEY_BYTES))]
    pub article_id: Option<String>,
    /// The submenu: 1 to 5 buttons without submenus.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_SUB_BUTTONS))]
    pub sub_button: Vec<Self>,
}

/// The action of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ButtonType {
    /// Sends a CLICK event.
    Click,
    /// Opens a page.
    View,
    /// Opens a mini-program.
    #[serde(rename = "miniprogram")]
    MiniProgram,
    /// Scans a code, and the client opens the result.
    #[serde(rename = "scancode_push")]
    ScanCodePush,
    /// Scans a code, and the client waits for the worker's answer.
    #[serde(rename = "scancode_waitmsg")]
    ScanCodeWaitMsg,
    /// Takes a photo.
    #[serde(rename = "pic_sysphoto")]
    PicSysPhoto,
    /// Takes or picks a photo.
    PicPhotoOrAlbum,
    /// Picks a photo from WeChat's album.
    PicWeixin,
    /// Picks a place.
    LocationSelect,
    /// Sends a picture, voice or video.
    MediaId,
    /// Opens material; retired by WeChat.
    ViewLimited,
    /// Sends a published article.
    ArticleId,
    /// Opens a published article.
    ArticleViewLimited,
}

/// Who sees a conditional menu; at least one field is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct MatchRule {
    /// Users with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag_id: Option<String>,
    /// `1` iOS, `2` Android, `3` others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_platform_type: Option<String>,
}

impl Menu {
    /// Checks WeChat's limits.
    pub fn check(&self) -> Result<(), Invalid> {
        if !(1..=MAX_BUTTONS).contains(&self.button.len()) {
            return Err(Invalid::new("button", format!("must contain 1 to {MAX_BUTTONS} buttons")));
        }
        for (index, button) in self.button.iter().enumerate() {
            button.check_top().map_err(|invalid| invalid.under(&format!("button[{index}]")))?;
        }
        match &self.matchrule {
            Some(rule) => rule.check().map_err(|invalid| invalid.under("matchrule")),
            None => Ok(()),
        }
    }
}

impl MatchRule {
    fn check(&self) -> Result<(), Invalid> {
        if [&self.tag_id, &self.client_platform_type].into_iter().flatten().all(String::is_empty) {
            return Err(Invalid::new(".", "must have tag_id or client_platform_type"));
        }
        match self.client_platform_type.as_deref() {
            None | Some("" | "1" | "2" | "3") => Ok(()),
            Some(_) => {
                Err(Invalid::new("client_platform_type", "must be 1 (iOS), 2 (Android) or 3 (others)"))
            }
        }
    }
}

impl Button {
    fn check_top(&self) -> Result<(), Invalid> {
        self.check_name(MAX_NAME_BYTES)?;
        if self.sub_button.is_empty() {
            return self.check_action();
        }
        if self.sub_button.len() > MAX_SUB_BUTTONS {
            return Err(Invalid::new(
                "sub_button",
                format!("must contain at most {MAX_SUB_BUTTONS} buttons"),
            ));
        }
        for (index, button) in self.sub_button.iter().enumerate() {
            button.check_sub().map_err(|invalid| invalid.under(&format!("sub_button[{index}]")))?;
        }
        Ok(())
    }

    fn check_sub(&self) -> Result<(), Invalid> {
        self.check_name(MAX_SUB_NAME_BYTES)?;
        if !self.sub_button.is_empty() {
            return Err(Invalid::new("sub_button", "is not allowed in a submenu"));
        }
        self.check_action()
    }

    fn check_name(&self, limit: usize) -> Result<(), Invalid> {
        within("name", Some(&self.name), limit)
    }

    fn check_action(&self) -> Result<(), Invalid> {
        let Some(button_type) = self.button_type else {
            return Err(Invalid::new("type", "is missing, and there is no sub_button"));
        };
        match button_type {
            ButtonType::View => within("url", self.url.as_deref(), MAX_URL_BYTES),
            ButtonType::MiniProgram => {
                within("url", self.url.as_deref(), MAX_URL_BYTES)?;
                within("appid", self.appid.as_deref(), MAX_KEY_BYTES)?;
                within("pagepath", self.pagepath.as_deref(), MAX_URL_BYTES)
            }
            ButtonType::MediaId | ButtonType::ViewLimited => {
                within("media_id", self.media_id.as_deref(), MAX_KEY_BYTES)
            }
            ButtonType::ArticleId | ButtonType::ArticleViewLimited => {
                within("article_id", self.article_id.as_deref(), MAX_KEY_BYTES)
            }
            _ => within("key", self.key.as_deref(), MAX_KEY_BYTES),
        }
    }
}

fn within(field: &str, text: Option<&str>, limit: usize) -> Result<(), Invalid> {
    match text {
        None => Err(Invalid::new(field, "is missing")),
        Some("") => Err(Invalid::new(field, "is empty")),
        Some(text) => at_most(field, text, limit).map(drop),
    }
}

/// `POST /cgi-bin/menu/create`, or `addconditional` for a menu with a match rule.
#[must_use]
pub fn create(menu: &Menu) -> Call {
    match menu.matchrule {
        None => Call::post("/cgi-bin/menu/create", menu),
        Some(_) => Call::post("/cgi-bin/menu/addconditional", menu),
    }
}

/// `GET /cgi-bin/menu/get`: the default menu and the conditional ones.
#[must_use]
pub fn list() -> Call {
    Call::get("/cgi-bin/menu/get")
}

/// `GET /cgi-bin/menu/delete`: every menu, the conditional ones included.
#[must_use]
pub fn delete_all() -> Call {
    Call::get("/cgi-bin/menu/delete").with_effect()
}

/// `POST /cgi-bin/menu/delconditional`: one conditional menu.
#[must_use]
pub fn delete(menu_id: &str) -> Call {
    Call::post("/cgi-bin/menu/delconditional", &json!({ "menuid": menu_id }))
}

/// `POST /cgi-bin/menu/trymatch`: the menu that a user sees, by OpenID or WeChat id.
#[must_use]
pub fn try_match(user_id: &str) -> Call {
    Call::post("/cgi-bin/menu/trymatch", &json!({ "user_id": user_id })).only_reading()
}

/// `GET /cgi-bin/get_current_selfmenu_info`: the current menu, also if it was made in WeChat's console.
#[must_use]
pub fn current() -> Call {
    Call::get("/cgi-bin/get_current_selfmenu_info")
}
