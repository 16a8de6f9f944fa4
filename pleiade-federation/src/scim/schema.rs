//! What is kept of a person and of a group, in one table: reading, comparing, changing and describing all follow it.
//!
//! Only what the portal uses is kept (RGPD, data minimisation): an address at home, a photograph or a password that an identity manager
//! sends is dropped. Facts: RFC 7643 §4 and §8.7.

use super::error::{ScimError, ScimType};
use super::filter::AttributePath;
use pleiade_core::text::one_line;
use serde_json::{Map, Value, json};

/// The schema of people.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The extension for people at work.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The longest text that is kept, in characters.
const MAX_TEXT_CHARS: usize = 1024;
/// The most values of an attribute that are kept.
const MAX_VALUES: usize = 100;
/// The most that a person's attributes weigh, in bytes: a filter may look at everybody of a source at once.
const MAX_USER_BYTES: usize = 64 << 10;
/// The most members of a group.
pub(super) const MAX_MEMBERS: usize = 20_000;

/// A kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKind {
    /// A person.
    User,
    /// A group.
    Group,
}

impl ResourceKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::User, Self::Group];

    /// Its name in `meta.resourceType`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// The path of its list.
    #[must_use]
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }

    pub(super) fn schema(self) -> &'static str {
        match self {
            Self::User => USER,
            Self::Group => GROUP,
        }
    }

    pub(super) fn attributes(self) -> &'static [Attribute] {
        match self {
            Self::User => USER_ATTRIBUTES,
            Self::Group => GROUP_ATTRIBUTES,
        }
    }

    pub(super) fn extension(self) -> Option<&'static str> {
        (self == Self::User).then_some(ENTERPRISE)
    }
}

/// The type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Boolean,
    DateTime,
    Reference,
    Complex,
}

/// The mutability of an attribute (RFC 7643 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mutability {
    Client,
    /// Set with the value it belongs to, and not changed alone.
    Once,
    Server,
}

/// An attribute.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    pub(super) many: bool,
    pub(super) required: bool,
    pub(super) case_exact: bool,
    pub(super) unique: bool,
    pub(super) writes: Mutability,
    /// The values that are meant.
    pub(super) canonical: &'static [&'static str],
    pub(super) description: &'static str,
    pub(super) subs: &'static [Self],
}

const TEXT: Attribute = Attribute {
    name: "",
    kind: Type::Text,
    many: false,
    required: false,
    case_exact: false,
    unique: false,
    writes: Mutability::Client,
    canonical: &[],
    description: "",
    subs: &[],
};

const fn text(name: &'static str, description: &'static str) -> Attribute {
    Attribute { name, description, ..TEXT }
}

const fn truth(name: &'static str, description: &'static str) -> Attribute {
    Attribute { name, kind: Type::Boolean, description, ..TEXT }
}

const fn complex(
    name: &'static str,
    description: &'static str,
    many: bool,
    subs: &'static [Attribute],
) -> Attribute {
    Attribute { name, kind: Type::Complex, many, description, subs, ..TEXT }
}

const TYPED: &[Attribute] = &[
    text("value", "The value itself."),
    text("display", "How to show it."),
    text("type", "What it is used for, for example work."),
    truth("primary", "Whether it is the preferred one; at most one is."),
];

const NAME: &[Attribute] = &[
    text("formatted", "The whole name."),
    text("familyName", "Family name."),
    text("givenName", "First name."),
    text("middleName", "Other first names."),
    text("honorificPrefix", "Title before the name."),
    text("honorificSuffix", "Title after the name."),
];

const OWN_GROUPS: &[Attribute] = &[
    Attribute { writes: Mutability::Server, case_exact: true, ..text("value", "The id of the group.") },
    Attribute {
        kind: Type::Reference,
        writes: Mutability::Server,
        case_exact: true,
        ..text("$ref", "The address of the group.")
    },
    Attribute { writes: Mutability::Server, ..text("display", "The name of the group.") },
    Attribute { writes: Mutability::Server, ..text("type", "Always direct.") },
];

const USER_ATTRIBUTES: &[Attribute] = &[
    Attribute {
        required: true,
        unique: true,
        ..text("userName", "The login. Unique in this source, whatever its case.")
    },
    complex("name", "The parts of the name.", false, NAME),
    text("displayName", "The name to show."),
    text("title", "The function."),
    text("userType", "In which quality: agent, élu, partenaire."),
    text("preferredLanguage", "The preferred language."),
    text("locale", "How dates and numbers are written."),
    text("timezone", "The time zone."),
    truth("active", "Whether the person is let in. False closes their sessions and linked accounts at once."),
    complex("emails", "Mail addresses.", true, TYPED),
    complex("phoneNumbers", "Telephone numbers.", true, TYPED),
    complex("roles", "Roles, for the operator's mapping. None gives a right by itself.", true, TYPED),
    Attribute {
        writes: Mutability::Server,
        ..complex("groups", "The groups that hold the person directly.", true, OWN_GROUPS)
    },
];

const ENTERPRISE_ATTRIBUTES: &[Attribute] = &[
    text("employeeNumber", "The number given by the employer."),
    text("costCenter", "Cost centre."),
    text("organization", "The organisation: for a source of several collectivités, its SIREN or SIRET."),
    text("division", "Division."),
    text("department", "The service within the collectivité."),
];

const MEMBERS: &[Attribute] = &[
    Attribute {
        writes: Mutability::Once,
        case_exact: true,
        ..text("value", "The id of a person or group of this source.")
    },
    Attribute {
        kind: Type::Reference,
        writes: Mutability::Once,
        case_exact: true,
        ..text("$ref", "Its address.")
    },
    Attribute { writes: Mutability::Once, ..text("display", "How to show it.") },
    Attribute { writes: Mutability::Once, canonical: &["User", "Group"], ..text("type", "User or Group.") },
];

const GROUP_ATTRIBUTES: &[Attribute] = &[
    Attribute {
        required: true,
        ..text("displayName", "The name of the group, after which it gives rights.")
    },
    complex("members", "The people and groups it holds.", true, MEMBERS),
];

/// The attributes of every resource (RFC 7643 §3.1).
const COMMON: &[Attribute] = &[
    Attribute { writes: Mutability::Server, case_exact: true, unique: true, ..text("id", "Our key.") },
    Attribute {
        case_exact: true,
        ..text("externalId", "The identity manager's own key, which never changes.")
    },
    complex(
        "meta",
        "What is known of the resource itself.",
        false,
        &[
            text("resourceType", "User or Group."),
            Attribute { kind: Type::DateTime, ..text("created", "When it was made.") },
            Attribute { kind: Type::DateTime, ..text("lastModified", "When it was last changed.") },
            text("location", "Its address."),
            text("version", "Its entity tag."),
        ],
    ),
    Attribute { many: true, case_exact: true, ..text("schemas", "The schemas it follows.") },
];

/// Attributes of RFC 7643 that are accepted and dropped. An unknown name is a mistake; these are not.
const DROPPED: &[&str] = &[
    "password",
    "nickName",
    "profileUrl",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "x509Certificates",
    "manager",
];

fn named<'a>(list: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    list.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// The place to which a path leads.
#[derive(Debug, Clone, Copy)]
pub(super) struct AttributePlace {
    pub(super) extension: Option<&'static str>,
    pub(super) attribute: &'static Attribute,
    pub(super) sub: Option<&'static Attribute>,
}

/// The target of a path.
#[derive(Debug)]
pub(super) enum PathTarget {
    Kept(AttributePlace),
    Dropped,
    Unknown,
}

/// The target of an attribute's path. `sub` is the name behind a filter.
pub(super) fn path_target(kind: ResourceKind, path: &AttributePath, sub: Option<&str>) -> PathTarget {
    let own = |urn: &str| urn.eq_ignore_ascii_case(kind.schema());
    let (extension, list) = match path.schema.as_deref() {
        None => (None, kind.attributes()),
        Some(urn) if own(urn) => (None, kind.attributes()),
        Some(urn) if kind.extension().is_some_and(|known| known.eq_ignore_ascii_case(urn)) => {
            (kind.extension(), ENTERPRISE_ATTRIBUTES)
        }
        Some(_) => return PathTarget::Unknown,
    };
    let common = || if extension.is_none() { named(COMMON, &path.name) } else { None };
    let Some(attribute) = named(list, &path.name).or_else(common) else {
        let dropped = DROPPED.iter().any(|name| name.eq_ignore_ascii_case(&path.name));
        return if dropped { PathTarget::Dropped } else { PathTarget::Unknown };
    };
    let sub = match path.sub.as_deref().or(sub) {
        None => None,
        Some(name) => match named(attribute.subs, name) {
            Some(sub) => Some(sub),
            None => return PathTarget::Unknown,
        },
    };
    PathTarget::Kept(AttributePlace { extension, attribute, sub })
}

/// True if a text is the name of an extension as a whole.
pub(super) fn is_extension(kind: ResourceKind, text: &str) -> bool {
    kind.extension().is_some_and(|known| known.eq_ignore_ascii_case(text.trim()))
}

/// The resource as it is kept: known attributes under their own names and with their own types, nothing that the server writes.
///
/// # Errors
/// [`ScimType::InvalidValue`] for what is missing or of the wrong type, [`ScimType::InvalidSyntax`] for what is no object.
pub(super) fn normalise(kind: ResourceKind, body: &Value) -> Result<Map<String, Value>, ScimError> {
    let Value::Object(given) = body else {
        return Err(ScimError::bad(ScimType::InvalidSyntax, "a resource is a JSON object"));
    };
    if let Some(schemas) = given.get("schemas") {
        let names_it = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(kind.schema()));
        if !schemas.as_array().is_some_and(|all| all.iter().any(names_it)) {
            return Err(ScimError::bad(
                ScimType::InvalidSyntax,
                "schemas does not name the schema of this endpoint",
            ));
        }
    }
    let mut kept = Map::new();
    let mut extended = Map::new();
    for (name, value) in given {
        if is_extension(kind, name) {
            if let Value::Object(inner) = value {
                for (name, value) in inner {
                    keep(&mut extended, ENTERPRISE_ATTRIBUTES, name, value)?;
                }
            }
        } else if name.eq_ignore_ascii_case("externalId") {
            keep(&mut kept, COMMON, name, value)?;
        } else {
            keep(&mut kept, kind.attributes(), name, value)?;
        }
    }
    if let Some(missing) =
        kind.attributes().iter().find(|known| known.required && !kept.contains_key(known.name))
    {
        return Err(ScimError::bad(ScimType::InvalidValue, format!("{} is required", missing.name)));
    }
    if !extended.is_empty() {
        kept.insert(ENTERPRISE.to_owned(), Value::Object(extended));
    }
    // The depth is that of the schema: two.
    if kind == ResourceKind::User
        && kept.iter().map(|(name, value)| name.len() + weight(value)).sum::<usize>() > MAX_USER_BYTES
    {
        return Err(ScimError::bad(
            ScimType::InvalidValue,
            "the attributes of a person are longer than 64 KiB in all",
        ));
    }
    Ok(kept)
}

fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(weight).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + weight(value)).sum(),
        _ => size_of::<Value>(),
    }
}

fn keep(
    into: &mut Map<String, Value>,
    list: &[Attribute],
    name: &str,
    value: &Value,
) -> Result<(), ScimError> {
    let Some(attribute) = named(list, name).filter(|known| known.writes != Mutability::Server) else {
        return Ok(());
    };
    if let Some(value) = value_of(attribute, value)? {
        into.insert(attribute.name.to_owned(), value);
    }
    Ok(())
}

/// A value of an attribute, or none for what counts as absent (RFC 7643 §2.5).
fn value_of(attribute: &Attribute, value: &Value) -> Result<Option<Value>, ScimError> {
    if !attribute.many {
        return one(attribute, value);
    }
    let single = std::slice::from_ref(value);
    let values = match value {
        Value::Null => return Ok(None),
        Value::Array(values) => values.as_slice(),
        _ => single,
    };
    let most = if attribute.name == "members" { MAX_MEMBERS } else { MAX_VALUES };
    if values.len() > most {
        return Err(wrong(attribute, "has too many values"));
    }
    let mut kept: Vec<Value> =
        values.iter().filter_map(|value| one(attribute, value).transpose()).collect::<Result<_, _>>()?;
    prefer(&mut kept, |_| true);
    Ok((!kept.is_empty()).then_some(Value::Array(kept)))
}

/// The values of an attribute that has several, as [`normalise`] keeps them.
pub(super) fn values_of(attribute: &Attribute, value: &Value) -> Result<Vec<Value>, ScimError> {
    Ok(match value_of(attribute, value)? {
        Some(Value::Array(values)) => values,
        one => one.into_iter().collect(),
    })
}

/// At most one value is the preferred one (RFC 7643 §2.4): the last that was set among these, which takes the place of all others.
pub(super) fn prefer(values: &mut [Value], among: impl Fn(usize) -> bool) {
    let is_preferred = |value: &Value| value.get("primary").is_some_and(is_true);
    let set = |(n, value): &(usize, &Value)| among(*n) && is_preferred(value);
    let Some((last, _)) = values.iter().enumerate().rev().find(set) else { return };
    let others = values.iter_mut().enumerate().filter(|(n, value)| *n != last && is_preferred(value));
    for fields in others.filter_map(|(_, value)| value.as_object_mut()) {
        fields.remove("primary");
    }
}

fn is_true(value: &Value) -> bool {
    value == &Value::Bool(true) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn one(attribute: &Attribute, value: &Value) -> Result<Option<Value>, ScimError> {
    match (attribute.kind, value) {
        (_, Value::Null) => Ok(None),
        (Type::Text | Type::Reference | Type::DateTime, Value::String(text)) => {
            if text.chars().nth(MAX_TEXT_CHARS).is_some() {
                return Err(wrong(attribute, "is too long"));
            }
            let is_key = attribute.required || attribute.unique || attribute.case_exact;
            if is_key && text.chars().any(char::is_control) {
                return Err(wrong(attribute, "holds control characters"));
            }
            // A tab in a function is no reason to refuse somebody: other texts have a space there. Of a number by which applications know
            // people, it would make another one: it is none.
            let has_control = text.chars().any(char::is_control);
            let text = if has_control { one_line(text) } else { text.clone() };
            let is_lost = has_control && attribute.name == "employeeNumber";
            Ok((!is_lost && !text.trim().is_empty()).then(|| json!(text)))
        }
        (Type::Text, Value::Number(number)) => Ok(Some(json!(number.to_string()))),
        (Type::Boolean, Value::Bool(value)) => Ok(Some(json!(value))),
        // Microsoft Entra writes "True" and "False".
        (Type::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(json!(true))),
        (Type::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(json!(false))),
        (Type::Complex, Value::Object(given)) => {
            let mut kept = Map::new();
            for (name, value) in given {
                keep(&mut kept, attribute.subs, name, value)?;
            }
            Ok((!kept.is_empty()).then_some(Value::Object(kept)))
        }
        // A list of one, in which scim-sdk writes a single value.
        (_, Value::Array(values)) => match values.as_slice() {
            [] => Ok(None),
            [value] => one(attribute, value),
            _ => Err(wrong(attribute, "has one value")),
        },
        // A bare value among complex ones.
        (Type::Complex, Value::String(_)) if attribute.many => one(attribute, &json!({ "value": value })),
        _ => Err(wrong(attribute, "has the wrong type")),
    }
}

fn wrong(attribute: &Attribute, why: &str) -> ScimError {
    ScimError::bad(ScimType::InvalidValue, format!("{} {why}", attribute.name))
}

/// The schemas, as `GET /Schemas` gives them (RFC 7643 §7).
pub(super) fn documents(base: &str) -> Vec<Value> {
    [
        (USER, "User", "A person.", USER_ATTRIBUTES),
        (GROUP, "Group", "A group of people.", GROUP_ATTRIBUTES),
        (ENTERPRISE, "EnterpriseUser", "A person at work.", ENTERPRISE_ATTRIBUTES),
    ]
    .into_iter()
    .map(|(id, name, description, attributes)| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id,
            "name": name,
            "description": description,
            "attributes": attributes.iter().map(describe).collect::<Vec<_>>(),
            "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{id}") },
        })
    })
    .collect()
}

fn describe(attribute: &Attribute) -> Value {
    let mut described = Map::new();
    let mut say = |name: &str, value: Value| described.insert(name.to_owned(), value);
    say("name", json!(attribute.name));
    let kind = match attribute.kind {
        Type::Text => "string",
        Type::Boolean => "boolean",
        Type::DateTime => "dateTime",
        Type::Reference => "reference",
        Type::Complex => "complex",
    };
    say("type", json!(kind));
    say("multiValued", json!(attribute.many));
    say("description", json!(attribute.description));
    say("required", json!(attribute.required));
    if !attribute.canonical.is_empty() {
        say("canonicalValues", json!(attribute.canonical));
    }
    if attribute.kind == Type::Reference {
        say("referenceTypes", json!(["User", "Group"]));
    }
    if attribute.kind != Type::Complex && attribute.kind != Type::Boolean {
        say("caseExact", json!(attribute.case_exact));
    }
    let mutability = match attribute.writes {
        Mutability::Client => "readWrite",
        Mutability::Once => "immutable",
        Mutability::Server => "readOnly",
    };
    say("mutability", json!(mutability));
    say("returned", json!("default"));
    say("uniqueness", json!(if attribute.unique { "server" } else { "none" }));
    if !attribute.subs.is_empty() {
        say("subAttributes", json!(attribute.subs.iter().map(describe).collect::<Vec<_>>()));
    }
    Value::Object(described)
}
