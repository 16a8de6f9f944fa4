//! A strict reader of our own pages: whatever it does not know is a failure, so that nothing a page writes escapes it.

use std::collections::BTreeSet;

const VOID: [&str; 5] = ["meta", "link", "input", "br", "img"];

/// An element's start tag and the words inside it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// Every word between its tags, those of its children included.
    pub(crate) text: String,
    /// The form that it stands in, by its place among the elements.
    pub(crate) form: Option<usize>,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }

    pub(crate) fn words(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (entity, after) = after.split_once(';').unwrap_or_else(|| panic!("a bare & in {text:?}"));
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            number => {
                let code = number.strip_prefix('#').and_then(|n| n.parse().ok()).and_then(char::from_u32);
                code.unwrap_or_else(|| panic!("&{entity}; in {text:?}"))
            }
        });
        rest = after;
    }
    out + rest
}

/// A page or a piece of one.
#[derive(Debug)]
pub(crate) struct Html {
    pub(crate) elements: Vec<Element>,
}

impl Html {
    pub(crate) fn parse(source: &str) -> Self {
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut rest = source.strip_prefix("<!doctype html>").unwrap_or(source);
        while let Some((text, after)) = rest.split_once('<') {
            assert!(!text.contains('>'), "a bare > in {text:?}");
            let words = unescape(text);
            for place in &open {
                elements[*place].text.push_str(&words);
            }
            let end = tag_end(after);
            let (tag, after) = (&after[..end], &after[end + 1..]);
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                let place = open.pop().unwrap_or_else(|| panic!("</{name}> closes nothing"));
                assert_eq!(elements[place].name, name, "tags cross");
                continue;
            }
            let mut element = start_tag(tag);
            element.form = open.iter().copied().rfind(|place| elements[*place].name == "form");
            assert!(element.name != "form" || element.form.is_none(), "a form within a form");
            if !VOID.contains(&element.name.as_str()) {
                open.push(elements.len());
            }
            elements.push(element);
        }
        assert!(open.is_empty(), "elements stay open");
        assert!(rest.trim().is_empty(), "words after the end: {rest:?}");
        Self { elements }
    }

    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Element> + use<'a> {
        let name = name.to_owned();
        self.elements.iter().filter(move |element| element.name == name)
    }

    pub(crate) fn one(&self, name: &str) -> &Element {
        let found: Vec<_> = self.all(name).collect();
        let [one] = found[..] else { panic!("{} elements {name}", found.len()) };
        one
    }

    pub(crate) fn id(&self, id: &str) -> &Element {
        self.find(id).unwrap_or_else(|| panic!("no element {id}"))
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.get("id") == Some(id))
    }

    /// The rules of every page and every piece of one.
    pub(crate) fn check_piece(&self) {
        let mut ids = BTreeSet::new();
        for element in &self.elements {
            assert!(element.name != "style" && element.name != "iframe", "{element:?}");
            assert!(
                element.name != "script" || (element.text.is_empty() && element.get("src").is_some()),
                "{element:?}"
            );
            for (name, value) in &element.attributes {
                assert!(name != "style" && !name.starts_with("on"), "{element:?}");
                if ["href", "src", "action", "formaction"].contains(&name.as_str()) {
                    let safe = ["https://", "http://", "/", "#", "mailto:"]
                        .iter()
                        .any(|start| value.starts_with(start));
                    assert!(safe && !value.starts_with("//"), "{element:?}");
                }
                if name == "id" {
                    assert!(ids.insert(value.clone()), "the id {value} twice");
                }
                if name == "target" {
                    assert!(element.get("rel").is_some_and(|rel| rel.contains("noopener")), "{element:?}");
                }
            }
        }
        for element in &self.elements {
            for name in ["aria-labelledby", "for"] {
                for id in element.get(name).into_iter().flat_map(|named| named.split(' ')) {
                    assert!(ids.contains(id), "{name} names no element: {element:?}");
                }
            }
        }
    }

    /// The rules of the forms of a page for somebody signed in: each holds the page's one mark, and the form of the buttons of cards
    /// holds nothing else.
    fn check_marks(&self) {
        let mark_of = |place: usize| {
            let inputs = self.elements.iter().filter(|one| one.form == Some(place));
            let marks: Vec<&str> = inputs
                .filter(|one| one.get("name") == Some("mark"))
                .filter_map(|one| one.get("value"))
                .collect();
            marks
        };
        let mut seen = BTreeSet::new();
        for (place, form) in self.elements.iter().enumerate() {
            if form.name != "form" || form.get("method") != Some("post") {
                continue;
            }
            let free = ["/preferences", "/sign-out"].iter().any(|action| form.get("action") == Some(action));
            let marks = mark_of(place);
            assert_eq!(marks.len(), usize::from(!free), "{form:?}");
            seen.extend(marks);
        }
        assert!(seen.len() <= 1, "one mark a page: {seen:?}");
        for element in self.elements.iter().filter(|one| one.get("form").is_some()) {
            assert_eq!((element.name.as_str(), element.get("form")), ("button", Some("act")), "{element:?}");
            assert!(element.get("formaction").is_some() && element.form.is_none(), "{element:?}");
            assert!(self.find("act").is_some(), "the buttons of cards have no form");
        }
        if let Some(act) = self.elements.iter().position(|one| one.get("id") == Some("act")) {
            assert_eq!(self.elements.iter().filter(|one| one.form == Some(act)).count(), 1, "a mark alone");
        }
    }

    /// The rules of every page.
    pub(crate) fn check_page(&self, lang: &str) {
        self.check_piece();
        if self.all("form").any(|form| form.get("action") == Some("/sign-out")) {
            self.check_marks();
        }
        assert_eq!(self.one("html").get("lang"), Some(lang));
        assert!(!self.one("h1").words().is_empty());
        assert_eq!(self.all("main").count(), 1);
        assert!(self.one("title").words().ends_with("- Pléiade"));
        let keys = message_keys();
        let seen = self.elements.iter().flat_map(|element| {
            let attributes = element.attributes.iter().filter(|(name, _)| {
                ["aria-label", "title", "data-updated", "data-not-live", "data-refresh"]
                    .contains(&name.as_str())
            });
            attributes.map(|(_, value)| value.clone()).chain([element.text.clone()])
        });
        for text in seen {
            assert!(!text.contains("{ $") && !text.contains("{$"), "an argument is missing: {text}");
            for word in text.split_whitespace() {
                assert!(!keys.contains(word), "the message {word} is not translated");
            }
        }
    }
}

/// The end of a tag: `>` outside quotes.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return place,
            '<' => panic!("< inside a tag: {text:.80}"),
            _ => {}
        }
    }
    panic!("a tag has no end: {text:.80}")
}

fn start_tag(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
    assert!(
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
        "<{tag}>"
    );
    let mut attributes = Vec::new();
    rest = rest.trim();
    while !rest.is_empty() {
        let name_end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let attribute = &rest[..name_end];
        let known = ["viewBox", "preserveAspectRatio"].contains(&attribute)
            || attribute.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(known, "<{tag}>");
        rest = &rest[name_end..];
        let value = match rest.strip_prefix("=\"") {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"').unwrap_or_else(|| panic!("<{tag}>"));
                rest = after;
                unescape(value)
            }
            None => {
                assert!(!rest.starts_with('='), "an unquoted attribute: <{tag}>");
                String::new()
            }
        };
        attributes.push((attribute.to_owned(), value));
        rest = rest.trim_start();
    }
    Element { name: name.to_owned(), attributes, text: String::new(), form: None }
}

/// Keys that could not be words of a page.
fn message_keys() -> BTreeSet<&'static str> {
    let others = [include_str!("../../../pleiade-connectors/locales/fr.ftl"), include_str!("locales/fr.ftl")];
    let ours = pleiade_server::web::words::FILES.iter().map(|(_, file)| *file);
    ours.chain(others)
        .flat_map(str::lines)
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key)
        .filter(|key| {
            key.contains('-')
                && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
        .collect()
}

#[test]
fn the_reader_refuses_what_an_attack_would_write() {
    for bad in [
        "<p onclick=\"x\">a</p>",
        "<a href=\"javascript:x\">a</a>",
        "<script>x</script>",
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<p style=\"x\"></p>",
    ] {
        let html = Html::parse(bad);
        assert!(std::panic::catch_unwind(|| html.check_piece()).is_err(), "{bad}");
    }
    for bad in ["<p>", "</p>", "<p a=b></p>", "<p>&</p>", "<b><i></b></i>", "<p>a > b</p>"] {
        assert!(std::panic::catch_unwind(|| Html::parse(bad)).is_err(), "{bad}");
    }
}
