//! Finds the rules whose condition a message fulfils without trying every rule.

use aho_corasick::Input;
use aho_corasick::automaton::{Automaton as _, OverlappingState};
use aho_corasick::nfa::contiguous::NFA;
use regex_lite::Regex;

use crate::callback::event::Event;
use crate::callback::{Body, Content, Message};
use crate::fold::fold;
use crate::text_map::TextMap;

use super::condition::{Condition, Keyword, Place};

/// Rules by a text that they ask for.
type ByText = TextMap<Vec<usize>>;

/// The rules of each keyword, and where in the text it has to be.
type Patterns = TextMap<Vec<(usize, Place)>>;

/// Rules by their condition.
#[derive(Debug, Default)]
pub(super) struct Index {
    follow: Scenes,
    scan: Scenes,
    /// By the button's key.
    click: ByText,
    /// By the message's type.
    message: ByText,
    /// By the event's name, in lowercase.
    event: ByText,
    default: Vec<usize>,
    as_sent: Texts,
    folded: Texts,
}

/// Rules for QR codes.
#[derive(Debug, Default)]
struct Scenes {
    /// Rules without a scene.
    any: Vec<usize>,
    by_scene: ByText,
}

/// Rules by keyword.
#[derive(Debug, Default)]
struct Texts {
    whole: ByText,
    /// Finds all patterns in one pass over the text.
    automaton: Option<NFA>,
    /// The rules of each pattern, and where it has to be.
    patterns: Vec<Vec<(usize, Place)>>,
    expressions: Vec<(Regex, usize)>,
}

/// The keywords exceed what the automaton can hold.
pub(super) struct TooManyKeywords;

impl Index {
    pub(super) fn of<'r>(conditions: impl Iterator<Item = &'r Condition>) -> Result<Self, TooManyKeywords> {
        let mut index = Self::default();
        let mut patterns = [Patterns::new(), Patterns::new()];
        for (rule, condition) in conditions.enumerate() {
            match condition {
                Condition::Follow { scene } => index.follow.insert(scene.as_ref(), rule),
                Condition::Scan { scene } => index.scan.insert(scene.as_ref(), rule),
                Condition::Click { key } => insert(&mut index.click, key, rule),
                Condition::Message(types) => {
                    for msg_type in types {
                        insert(&mut index.message, msg_type, rule);
                    }
                }
                Condition::Event(names) => {
                    for name in names {
                        insert(&mut index.event, name, rule);
                    }
                }
                Condition::Default => index.default.push(rule),
                Condition::Keyword(keyword) => {
                    let [as_sent, folded] = &mut patterns;
                    let (texts, patterns) = if keyword.folds {
                        (&mut index.folded, folded)
                    } else {
                        (&mut index.as_sent, as_sent)
                    };
                    texts.insert(rule, keyword, patterns);
                }
            }
        }
        let [as_sent, folded] = patterns;
        index.as_sent.build(&as_sent)?;
        index.folded.build(&folded)?;
        Ok(index)
    }

    /// The rules whose condition a message fulfils, in their order.
    pub(super) fn matching(&self, message: &Message) -> Vec<usize> {
        let mut found = Vec::new();
        match &message.body {
            Body::User(user) => {
                look_up(&self.message, user.content.msg_type(), &mut found);
                if message.trigger().is_some() {
                    found.extend(&self.default);
                }
                if let Content::Text(text) = &user.content {
                    self.find_keywords(&text.content, &mut found);
                }
            }
            Body::Event(event) => {
                look_up(&self.event, &event.name(), &mut found);
                match event {
                    Event::Subscribe(subscribe) => self.follow.find(subscribe.scene(), &mut found),
                    Event::Scan(scan) => self.scan.find(Some(&scan.scene), &mut found),
                    Event::Click(click) => look_up(&self.click, &click.key, &mut found),
                    _ => {}
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// For each alternative of a condition, the rules whose condition every message fulfils that fulfils the alternative.
    pub(super) fn covering(&self, condition: &Condition) -> Vec<Vec<usize>> {
        let rules =
            |lists: &[Option<&Vec<usize>>]| lists.iter().flatten().copied().flatten().copied().collect();
        let event = |name: &str| self.event.get(name);
        let scenes = |scenes: &Scenes, name: &str, scene: &Option<String>| {
            let of_scene = scene.as_ref().and_then(|scene| scenes.by_scene.get(scene));
            vec![rules(&[Some(&scenes.any), of_scene, event(name)])]
        };
        match condition {
            Condition::Follow { scene } => scenes(&self.follow, "subscribe", scene),
            Condition::Scan { scene } => scenes(&self.scan, "scan", scene),
            Condition::Click { key } => vec![rules(&[self.click.get(key), event("click")])],
            Condition::Default => vec![self.default.clone()],
            Condition::Message(types) => {
                types.iter().map(|name| rules(&[self.message.get(name), Some(&self.default)])).collect()
            }
            Condition::Event(names) => names
                .iter()
                .map(|name| match name.as_str() {
                    "subscribe" => rules(&[event(name), Some(&self.follow.any)]),
                    "scan" => rules(&[event(name), Some(&self.scan.any)]),
                    _ => rules(&[event(name)]),
                })
                .collect(),
            Condition::Keyword(keyword) => {
                let any: Vec<usize> = rules(&[self.message.get("text"), Some(&self.default)]);
                let mut covering = self.covering_keyword(keyword);
                for rules in &mut covering {
                    rules.extend(&any);
                }
                covering
            }
        }
    }

    fn covering_keyword(&self, keyword: &Keyword) -> Vec<Vec<usize>> {
        if let Some(expression) = &keyword.expression {
            let texts = if keyword.folds { &self.folded } else { &self.as_sent };
            return vec![texts.with_expression(expression.as_str())];
        }
        let covering = |text: &String| {
            let mut found = Vec::new();
            if !keyword.folds {
                self.as_sent.cover(text, keyword.place, &mut found);
            }
            if !self.folded.is_empty() {
                let folded = if keyword.folds { text.clone() } else { fold(text) };
                let folded = if keyword.place == Place::Whole { folded.trim() } else { &folded };
                self.folded.cover(folded, keyword.place, &mut found);
            }
            found
        };
        keyword.texts.iter().map(covering).collect()
    }

    fn find_keywords(&self, text: &str, found: &mut Vec<usize>) {
        self.as_sent.find(text, text, found);
        if !self.folded.is_empty() {
            let folded = fold(text);
            self.folded.find(&folded, folded.trim(), found);
        }
    }
}

impl Scenes {
    fn insert(&mut self, scene: Option<&String>, rule: usize) {
        match scene {
            Some(scene) => insert(&mut self.by_scene, scene, rule),
            None => self.any.push(rule),
        }
    }

    fn find(&self, scene: Option<&String>, found: &mut Vec<usize>) {
        found.extend(&self.any);
        if let Some(scene) = scene {
            look_up(&self.by_scene, scene, found);
        }
    }
}

fn insert(rules: &mut ByText, text: &str, rule: usize) {
    rules.update(text, |rules| rules.push(rule));
}

fn look_up(rules: &ByText, text: &str, found: &mut Vec<usize>) {
    found.extend(rules.get(text).into_iter().flatten());
}

impl Texts {
    fn insert(&mut self, rule: usize, keyword: &Keyword, patterns: &mut Patterns) {
        if let Some(expression) = &keyword.expression {
            self.expressions.push((expression.clone(), rule));
        }
        for text in &keyword.texts {
            match keyword.place {
                Place::Whole => insert(&mut self.whole, text, rule),
                place => patterns.update(text, |rules| rules.push((rule, place))),
            }
        }
    }

    fn build(&mut self, patterns: &Patterns) -> Result<(), TooManyKeywords> {
        if !patterns.is_empty() {
            self.automaton = Some(NFA::new(patterns.texts()).map_err(|_| TooManyKeywords)?);
            self.patterns = patterns.iter().map(|(_, rules)| rules.clone()).collect();
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.automaton.is_none() && self.expressions.is_empty()
    }

    /// `trimmed` is the part of the text that has to be the keyword, to begin with it, or to match an expression.
    fn find(&self, text: &str, trimmed: &str, found: &mut Vec<usize>) {
        look_up(&self.whole, trimmed, found);
        let matching = self.expressions.iter().filter(|(expression, _)| expression.is_match(trimmed));
        found.extend(matching.map(|(_, rule)| *rule));
        if let Some(automaton) = &self.automaton {
            let beginning = text.find(trimmed).unwrap_or_default();
            self.search(automaton, text, beginning, found);
        }
    }

    /// The rules that match every text in which `keyword` has its place.
    fn cover(&self, keyword: &str, place: Place, found: &mut Vec<usize>) {
        if place == Place::Whole {
            return self.find(keyword, keyword, found);
        }
        if let Some(automaton) = &self.automaton {
            // Of a keyword that may be anywhere, nothing is known to begin the text.
            let beginning = if place == Place::Beginning { 0 } else { usize::MAX };
            self.search(automaton, keyword, beginning, found);
        }
    }

    fn with_expression(&self, expression: &str) -> Vec<usize> {
        let same = self.expressions.iter().filter(|(other, _)| other.as_str() == expression);
        same.map(|(_, rule)| *rule).collect()
    }

    fn search(&self, automaton: &NFA, text: &str, beginning: usize, found: &mut Vec<usize>) {
        let (input, mut state) = (Input::new(text), OverlappingState::start());
        // An overlapping, unanchored search of this automaton does not fail.
        while automaton.try_find_overlapping(&input, &mut state).is_ok() {
            let Some(hit) = state.get_match() else { break };
            let rules = self.patterns.get(hit.pattern().as_usize()).into_iter().flatten();
            let is_here = |place: Place| place == Place::Anywhere || hit.start() == beginning;
            found.extend(rules.filter(|(_, place)| is_here(*place)).map(|(rule, _)| *rule));
        }
    }
}
