//! The custom menu (自定义菜单).
//!
//! Manual: 创建接口, 查询接口, 删除接口, 个性化菜单接口.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use crate::invalid::Invalid;
use crate::limits::{at_most, filled};
use crate::url::http_url;

use super::Call;
use super::scalar::{NumberOrText, optional_number_or_text};

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
    /// Ignored, so that a menu can be created again as `menu/list` shows it.
    #[serde(default, skip_serializing, deserialize_with = "optional_number_or_text")]
    #[schemars(with = "Option<NumberOrText>")]
    pub menuid: Option<String>,
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
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_or_list")]
    #[schemars(with = "Option<Vec<Self>>", length(max = MAX_SUB_BUTTONS))]
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
    /// Retired by WeChat, which lists it in old menus: use `article_view_limited`.
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
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_number_or_text")]
    #[schemars(with = "Option<NumberOrText>")]
    pub tag_id: Option<String>,
    /// The old name of `tag_id`, which WeChat may still list.
    #[serde(default, skip_serializing, deserialize_with = "optional_number_or_text")]
    #[schemars(with = "Option<NumberOrText>")]
    pub group_id: Option<String>,
    /// `1` iOS, `2` Android, `3` others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_number_or_text")]
    #[schemars(with = "Option<NumberOrText>")]
    pub client_platform_type: Option<String>,
    /// Withdrawn by WeChat: only an empty value is accepted.
    #[serde(default, skip_serializing, deserialize_with = "optional_number_or_text")]
    #[schemars(with = "Option<NumberOrText>")]
    pub sex: Option<String>,
    /// Withdrawn by WeChat: only an empty value is accepted.
    #[serde(default, skip_serializing)]
    pub country: Option<String>,
    /// Withdrawn by WeChat: only an empty value is accepted.
    #[serde(default, skip_serializing)]
    pub province: Option<String>,
    /// Withdrawn by WeChat: only an empty value is accepted.
    #[serde(default, skip_serializing)]
    pub city: Option<String>,
    /// Withdrawn by WeChat: only an empty value is accepted.
    #[serde(default, skip_serializing)]
    pub language: Option<String>,
}

/// WeChat lists `null` for a button without a submenu.
fn null_or_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Button>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Menu {
    /// Checks WeChat's limits; an error names each field that breaks one.
    pub fn check(&self) -> Result<(), Invalid> {
        if !(1..=MAX_BUTTONS).contains(&self.button.len()) {
            return Err(Invalid::new("button", format!("must contain 1 to {MAX_BUTTONS} buttons")));
        }
        let mut problems = Vec::new();
        for (index, button) in self.button.iter().enumerate() {
            problems
                .extend(button.check_top().err().map(|invalid| invalid.under(&format!("button[{index}]"))));
        }
        if let Some(rule) = &self.matchrule {
            problems.extend(rule.check().err().map(|invalid| invalid.under("matchrule")));
        }
        Invalid::all(problems).map_or(Ok(()), Err)
    }

    /// Drops what WeChat lists and does not need, so that what is created again equals what was created; an error is a
    /// condition that was withdrawn, without which others would see the menu as well.
    pub fn normalize(&mut self) -> Result<(), Invalid> {
        self.menuid = None;
        let Some(rule) = &mut self.matchrule else { return Ok(()) };
        rule.check_withdrawn().map_err(|invalid| invalid.under("matchrule"))?;
        let client_platform_type = rule.client_platform_type.take().filter(|kind| !kind.is_empty());
        *rule = MatchRule {
            tag_id: rule.tag().map(ToOwned::to_owned),
            client_platform_type,
            group_id: None,
            sex: None,
            country: None,
            province: None,
            city: None,
            language: None,
        };
        Ok(())
    }

    /// The keys of the buttons whose taps wait for a reply.
    pub fn clicked_keys(&self) -> impl Iterator<Item = &str> {
        let buttons = self.button.iter().flat_map(|button| std::iter::once(button).chain(&button.sub_button));
        buttons.filter(|button| button.is_click()).filter_map(|button| button.key.as_deref())
    }
}

impl MatchRule {
    /// The tag, also under its old name.
    fn tag(&self) -> Option<&str> {
        let tag = self.tag_id.as_deref().filter(|tag| !tag.is_empty());
        tag.or(self.group_id.as_deref()).filter(|tag| !tag.is_empty())
    }

    fn check_withdrawn(&self) -> Result<(), Invalid> {
        let withdrawn = [
            ("sex", &self.sex),
            ("country", &self.country),
            ("province", &self.province),
            ("city", &self.city),
            ("language", &self.language),
        ];
        for (field, value) in withdrawn {
            // WeChat lists 0 where a menu does not depend on the sex.
            if value.as_ref().is_some_and(|value| !matches!(value.as_str(), "" | "0")) {
                let complaint = "was withdrawn by WeChat (65320): a menu can only depend on tag_id and client_platform_type";
                return Err(Invalid::new(field, complaint));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Invalid> {
        self.check_withdrawn()?;
        if [self.tag(), self.client_platform_type.as_deref()].into_iter().flatten().all(str::is_empty) {
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
    /// A parent's own action is not one: WeChat drops it.
    fn is_click(&self) -> bool {
        self.button_type == Some(ButtonType::Click) && self.sub_button.is_empty()
    }

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
        let mut problems = Vec::new();
        for (index, button) in self.sub_button.iter().enumerate() {
            problems.extend(
                button.check_sub().err().map(|invalid| invalid.under(&format!("sub_button[{index}]"))),
            );
        }
        Invalid::all(problems).map_or(Ok(()), Err)
    }

    fn check_sub(&self) -> Result<(), Invalid> {
        self.check_name(MAX_SUB_NAME_BYTES)?;
        if !self.sub_button.is_empty() {
            return Err(Invalid::new("sub_button", "is not allowed in a submenu"));
        }
        self.check_action()
    }

    fn check_name(&self, limit: usize) -> Result<(), Invalid> {
        filled("name", &self.name)?;
        at_most("name", &self.name, limit).map(drop)
    }

    fn check_action(&self) -> Result<(), Invalid> {
        let Some(button_type) = self.button_type else {
            return Err(Invalid::new("type", "is missing, and there is no sub_button"));
        };
        match button_type {
            ButtonType::View => self.check_url(),
            ButtonType::MiniProgram => {
                self.check_url()?;
                within("appid", self.appid.as_deref(), MAX_KEY_BYTES)?;
                within("pagepath", self.pagepath.as_deref(), MAX_URL_BYTES)
            }
            ButtonType::MediaId => within("media_id", self.media_id.as_deref(), MAX_KEY_BYTES),
            ButtonType::ViewLimited => {
                Err(Invalid::new("type", "view_limited was retired by WeChat; use article_view_limited"))
            }
            ButtonType::ArticleId | ButtonType::ArticleViewLimited => {
                within("article_id", self.article_id.as_deref(), MAX_KEY_BYTES)
            }
            _ => within("key", self.key.as_deref(), MAX_KEY_BYTES),
        }
    }

    /// WeChat refuses the whole menu if one URL has no scheme.
    fn check_url(&self) -> Result<(), Invalid> {
        within("url", self.url.as_deref(), MAX_URL_BYTES)?;
        http_url("url", self.url.as_deref().unwrap_or_default()).map(drop)
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
    match &menu.matchrule {
        None => Call::post("/cgi-bin/menu/create", menu),
        Some(rule) => {
            let tag_id = rule.tag().map(ToOwned::to_owned);
            let menu = Menu { matchrule: Some(MatchRule { tag_id, ..rule.clone() }), ..menu.clone() };
            Call::post("/cgi-bin/menu/addconditional", &menu)
        }
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
