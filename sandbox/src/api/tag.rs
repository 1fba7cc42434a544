//! Tags: 用户标签管理 (创建、获取、编辑、删除标签, 批量为用户打标签, 获取用户身上的标签).

use serde::Deserialize;
use serde_json::json;

use super::ask::Ask;
use super::page::page;
use super::refusal::{Answer, Refusal, ok};
use super::route::{Route, get, get_or_post, post};
use super::state::State;
use super::world::World;

pub(super) const CALLS: &[Route] = &[
    post("/cgi-bin/tags/create", 100_000, create),
    get("/cgi-bin/tags/get", 100_000, list),
    post("/cgi-bin/tags/update", 100_000, rename),
    post("/cgi-bin/tags/delete", 100_000, delete),
    post("/cgi-bin/tags/members/batchtagging", 100_000, put_on),
    post("/cgi-bin/tags/members/batchuntagging", 100_000, take_off),
    post("/cgi-bin/tags/getidlist", 100_000, of_user),
    get_or_post("/cgi-bin/user/tag/get", 100_000, users),
];

const MOST: usize = 100;
const MOST_OF_USER: usize = 20;
const MOST_AT_ONCE: usize = 50;
const NAME_BYTES: usize = 30;
const PAGE: usize = 10_000;
/// Tags 0, 1 and 2 belong to the platform.
const LAST_SYSTEM_TAG: u32 = 2;

#[derive(Debug, Deserialize)]
struct Change {
    tag: Tag,
}

#[derive(Debug, Deserialize)]
struct Tag {
    #[serde(default)]
    id: u32,
    #[serde(default)]
    name: String,
}

#[derive(Debug, Deserialize)]
struct Members {
    #[serde(default)]
    openid_list: Vec<String>,
    tagid: u32,
}

#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default)]
    openid: String,
}

#[derive(Debug, Deserialize)]
struct PageOf {
    tagid: u32,
    #[serde(default)]
    next_openid: String,
}

fn create(state: &mut State, ask: &Ask<'_>) -> Answer {
    let Change { tag } = ask.read()?;
    let world = &mut state.world;
    world.check_name(&tag.name)?;
    if world.tags.len() >= MOST {
        return Err(Refusal::TOO_MANY_TAGS);
    }
    let id = world.tags.last_key_value().map_or(LAST_SYSTEM_TAG, |(id, _)| *id).saturating_add(1);
    world.tags.insert(id, tag.name.clone());
    Ok(json!({ "tag": { "id": id, "name": tag.name } }))
}

fn list(state: &mut State, _: &Ask<'_>) -> Answer {
    let world = &state.world;
    let describe =
        |(id, name): (&u32, &String)| json!({ "id": id, "name": name, "count": world.tagged(*id).len() });
    let tags: Vec<_> = world.tags.iter().map(describe).collect();
    Ok(json!({ "tags": tags }))
}

fn rename(state: &mut State, ask: &Ask<'_>) -> Answer {
    let Change { tag } = ask.read()?;
    let world = &mut state.world;
    world.check_own(tag.id)?;
    if world.tags.get(&tag.id) != Some(&tag.name) {
        world.check_name(&tag.name)?;
    }
    world.tags.insert(tag.id, tag.name);
    Ok(ok())
}

fn delete(state: &mut State, ask: &Ask<'_>) -> Answer {
    let Change { tag } = ask.read()?;
    let world = &mut state.world;
    world.check_own(tag.id)?;
    world.tags.remove(&tag.id);
    world.users.iter_mut().for_each(|user| user.tags.retain(|id| *id != tag.id));
    Ok(ok())
}

/// Tags all users, or none if one of them cannot be tagged.
fn put_on(state: &mut State, ask: &Ask<'_>) -> Answer {
    let members: Members = ask.read()?;
    let world = &mut state.world;
    world.check_members(&members)?;
    for openid in &members.openid_list {
        let user = world.user(openid)?;
        if !user.tags.contains(&members.tagid) && user.tags.len() >= MOST_OF_USER {
            return Err(Refusal::TOO_MANY_TAGS_OF_USER);
        }
    }
    for openid in &members.openid_list {
        let user = world.user(openid)?;
        user.tags.retain(|id| *id != members.tagid);
        user.tags.push(members.tagid);
    }
    Ok(ok())
}

fn take_off(state: &mut State, ask: &Ask<'_>) -> Answer {
    let members: Members = ask.read()?;
    let world = &mut state.world;
    world.check_members(&members)?;
    for openid in &members.openid_list {
        world.user(openid)?.tags.retain(|id| *id != members.tagid);
    }
    Ok(ok())
}

fn of_user(state: &mut State, ask: &Ask<'_>) -> Answer {
    let which: Which = ask.read()?;
    Ok(json!({ "tagid_list": state.world.user(&which.openid)?.tags }))
}

fn users(state: &mut State, ask: &Ask<'_>) -> Answer {
    let wanted: PageOf = ask.read()?;
    let world = &state.world;
    world.check_known(wanted.tagid)?;
    page(&world.tagged(wanted.tagid), &wanted.next_openid, world.page_size.unwrap_or(PAGE), false)
}

impl World {
    fn tagged(&self, id: u32) -> Vec<&str> {
        let tagged = self.users.iter().filter(|user| user.is_following && user.tags.contains(&id));
        tagged.map(|user| user.openid.as_str()).collect()
    }

    fn check_members(&mut self, members: &Members) -> Result<(), Refusal> {
        self.check_list(&members.openid_list, MOST_AT_ONCE)?;
        for openid in &members.openid_list {
            if !self.user(openid)?.is_following {
                return Err(Refusal::INVALID_OPENID);
            }
        }
        self.check_known(members.tagid)
    }

    fn check_known(&self, id: u32) -> Result<(), Refusal> {
        if self.tags.contains_key(&id) { Ok(()) } else { Err(Refusal::INVALID_TAG_ID) }
    }

    fn check_own(&self, id: u32) -> Result<(), Refusal> {
        if id <= LAST_SYSTEM_TAG { Err(Refusal::SYSTEM_TAG) } else { self.check_known(id) }
    }

    fn check_name(&self, name: &str) -> Result<(), Refusal> {
        if name.len() > NAME_BYTES {
            Err(Refusal::TAG_NAME_TOO_LONG)
        } else if name.is_empty() || self.tags.values().any(|known| known == name) {
            Err(Refusal::INVALID_TAG_NAME)
        } else {
            Ok(())
        }
    }
}
