//! The account's initial followers (用户), tags (标签), templates (模板) and agent (客服).

use std::collections::BTreeMap;

use super::refusal::Refusal;

/// The followers of the account, in the order in which they followed.
pub const FOLLOWERS: [&str; 5] = [
    "oSANDBOX0000000000000000user",
    "oSANDBOX000000000000000alice",
    "oSANDBOX00000000000000000bob",
    "oSANDBOX000000000000000carol",
    "oSANDBOX00000000000000000dan",
];
/// A user who no longer follows the account.
pub const UNFOLLOWED: &str = "oSANDBOX0000000000000000gone";
/// The mini program that is linked to the account.
pub const MINI_PROGRAM: &str = "wxfedcba9876543210";
/// The account's only customer-service agent.
pub const AGENT: &str = "service@gh_0a1b2c3d4e5f";
/// The tag that Alice and Bob have.
pub const REGULARS: u32 = 100;
/// A template with `character_string1`, `thing2`, `amount3` and `time4`.
pub const SHIPPED: &str = "SANDBOX_0000000000000000000000000000shipped";
/// A template with `thing1`, `time2`, `phone_number3` and `phrase4`.
pub const BOOKED: &str = "SANDBOX_00000000000000000000000000000booked";

/// The tag that every account has.
const STARRED: u32 = 2;
/// When the first follower followed: 2024-01-01 in Beijing time.
const FIRST_FOLLOWED: u64 = 1_704_038_400;

/// The users and their tags.
#[derive(Debug)]
pub(super) struct World {
    /// In the order in which they followed.
    pub users: Vec<User>,
    /// The names of the tags by id.
    pub tags: BTreeMap<u32, String>,
    /// The number of users on a page of a list, if it differs from the documented number.
    pub page_size: Option<usize>,
}

/// A user who follows the account or followed it before.
#[derive(Debug)]
pub(super) struct User {
    pub openid: String,
    pub is_following: bool,
    pub is_blocked: bool,
    pub followed_at: u64,
    pub remark: String,
    /// In the order in which the user received them.
    pub tags: Vec<u32>,
    /// `client_platform_type`: 1 iOS, 2 Android, 3 other.
    pub platform: &'static str,
}

/// A message template in the account's list.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub id: String,
    pub title: &'static str,
    /// The industry of the template. When the account leaves the industry, the template is deleted.
    pub industry: u8,
    /// Lines in the form `名称：{{field.DATA}}`.
    pub content: String,
}

/// A template in the template library.
#[derive(Debug)]
pub(super) struct LibraryTemplate {
    pub short_id: &'static str,
    pub title: &'static str,
    pub industry: u8,
    /// The available keywords and their fields.
    pub keywords: &'static [(&'static str, &'static str)],
}

pub(super) const LIBRARY: [LibraryTemplate; 2] = [
    LibraryTemplate {
        short_id: "TM00015",
        title: "订单支付成功",
        industry: 1,
        keywords: &[("订单编号", "character_string1"), ("支付金额", "amount2"), ("支付时间", "time3")],
    },
    LibraryTemplate {
        short_id: "43216",
        title: "退款通知",
        industry: 1,
        keywords: &[("退款商品", "thing1"), ("退款金额", "amount2"), ("退款状态", "phrase3")],
    },
];

/// Returns the initial templates.
pub(super) fn templates() -> Vec<Template> {
    let shipped = "订单编号：{{character_string1.DATA}}\n商品名称：{{thing2.DATA}}\n\
                   订单金额：{{amount3.DATA}}\n发货时间：{{time4.DATA}}";
    let booked = "预约项目：{{thing1.DATA}}\n预约时间：{{time2.DATA}}\n\
                  联系电话：{{phone_number3.DATA}}\n预约状态：{{phrase4.DATA}}";
    vec![
        Template {
            id: SHIPPED.to_owned(), title: "订单发货通知", industry: 1, content: shipped.to_owned()
        },
        Template {
            id: BOOKED.to_owned(), title: "预约成功通知", industry: 10, content: booked.to_owned()
        },
    ]
}

impl Default for World {
    fn default() -> Self {
        let user = |(openid, days): (&str, u64)| {
            let followed_at = FIRST_FOLLOWED.saturating_add(days.saturating_mul(86_400));
            User::new(openid, followed_at, if days == 0 { "1" } else { "2" })
        };
        let mut users: Vec<_> = FOLLOWERS.into_iter().zip(0..).map(user).collect();
        for regular in users.iter_mut().skip(1).take(2) {
            regular.tags.push(REGULARS);
        }
        users.push(User { is_following: false, ..user((UNFOLLOWED, 5)) });
        let tags = BTreeMap::from([(STARRED, "星标组".to_owned()), (REGULARS, "老顾客".to_owned())]);
        Self { users, tags, page_size: None }
    }
}

impl User {
    fn new(openid: &str, followed_at: u64, platform: &'static str) -> Self {
        Self {
            openid: openid.to_owned(),
            is_following: true,
            is_blocked: false,
            followed_at,
            remark: String::new(),
            tags: Vec::new(),
            platform,
        }
    }
}

impl World {
    /// Returns a user who follows the account or followed it before.
    pub(super) fn user(&mut self, openid: &str) -> Result<&mut User, Refusal> {
        self.users.iter_mut().find(|user| user.openid == openid).ok_or(Refusal::INVALID_OPENID)
    }

    /// Makes a user, known or not, follow since this time, unless the user follows already and `again` is false.
    pub(super) fn follow(&mut self, openid: &str, time: u64, again: bool) {
        match self.users.iter_mut().find(|user| user.openid == openid) {
            Some(user) if user.is_following && !again => {}
            Some(user) => {
                user.is_following = true;
                user.followed_at = time;
            }
            None => self.users.push(User::new(openid, time, "2")),
        }
    }

    /// Makes a user unfollow, who is known from then on.
    pub(super) fn unfollow(&mut self, openid: &str, time: u64) {
        self.follow(openid, time, false);
        if let Ok(user) = self.user(openid) {
            user.is_following = false;
        }
    }

    /// Returns a follower.
    pub(super) fn follower(&mut self, openid: &str) -> Result<&mut User, Refusal> {
        let user = self.user(openid)?;
        if user.is_following { Ok(user) } else { Err(Refusal::REQUIRE_SUBSCRIBE) }
    }

    /// Checks that a list has at most `limit` OpenIDs and that all of them are known.
    pub(super) fn check_list(&mut self, openids: &[String], limit: usize) -> Result<(), Refusal> {
        if openids.is_empty() {
            return Err(Refusal::INVALID_OPENID_LIST);
        }
        if openids.len() > limit {
            return Err(Refusal::INVALID_OPENID_LIST_SIZE);
        }
        openids.iter().try_for_each(|openid| self.user(openid).map(drop))
    }
}
