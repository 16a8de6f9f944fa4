//! Changes (RFC 7644 §3.5.2), also as Microsoft Entra and others write them: operations in any case, dotted names as keys of a value
//! without path, `remove` with the values to remove.

use super::{
    error::{ScimError, ScimType},
    evaluate::element_answers,
    filter::{ChangePath, Filter, Operator, Scalar},
    message::{PATCH, check_message},
    schema::{
        Attribute, AttributePlace, Mutability, PathTarget, ResourceKind, Type, is_extension, path_target,
        prefer, values_of,
    },
};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Operations of one request.
const MAX_OPERATIONS: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Replace,
    Remove,
}

/// Changes a resource as kept. The result still has to be [normalised](super::schema::normalise).
pub(super) fn apply(
    kind: ResourceKind,
    content: &mut Map<String, Value>,
    body: &Value,
) -> Result<(), ScimError> {
    let syntax = |why: &str| ScimError::bad(ScimType::InvalidSyntax, why);
    check_message(body, PATCH)?;
    let named = |name: &str| {
        let object = body.as_object()?;
        object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let operations =
        named("Operations").and_then(Value::as_array).ok_or_else(|| syntax("Operations is missing"))?;
    if operations.len() > MAX_OPERATIONS {
        return Err(ScimError::bad(
            ScimType::TooMany,
            format!("at most {MAX_OPERATIONS} operations in a request"),
        ));
    }
    for operation in operations {
        let change = match operation.get("op").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref()
        {
            Some("add") => Change::Add,
            Some("replace") => Change::Replace,
            Some("remove") => Change::Remove,
            _ => return Err(syntax("op is one of add, replace and remove")),
        };
        let value = operation.get("value").filter(|value| !value.is_null());
        let path = match operation.get("path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(path.as_str()),
            Some(_) => return Err(ScimError::bad(ScimType::InvalidPath, "path is a text")),
        };
        match path {
            Some(path) => apply_at(kind, content, change, path, value, true)?,
            None if change == Change::Remove => {
                return Err(ScimError::bad(ScimType::NoTarget, "remove needs a path"));
            }
            None => {
                let Some(Value::Object(values)) = value else {
                    return Err(ScimError::bad(
                        ScimType::InvalidValue,
                        "without a path the value is an object",
                    ));
                };
                for (key, value) in values {
                    apply_at(kind, content, change, key, Some(value), false)?;
                }
            }
        }
    }
    Ok(())
}

/// `strict`: a path that leads nowhere is a mistake; the keys of an object are not, as in a whole resource.
fn apply_at(
    kind: ResourceKind,
    content: &mut Map<String, Value>,
    change: Change,
    path: &str,
    value: Option<&Value>,
    strict: bool,
) -> Result<(), ScimError> {
    if is_extension(kind, path) {
        return match (change, value) {
            (Change::Remove, _) => {
                content.retain(|name, _| !is_extension(kind, name));
                Ok(())
            }
            (_, Some(Value::Object(values))) => values.iter().try_for_each(|(key, value)| {
                apply_at(kind, content, change, &format!("{path}:{key}"), Some(value), false)
            }),
            _ => Err(ScimError::bad(ScimType::InvalidValue, "the value of an extension is an object")),
        };
    }
    let parsed: ChangePath = match path.parse() {
        Ok(parsed) => parsed,
        Err(_) if !strict => return Ok(()),
        Err(error) => {
            return Err(ScimError::bad(ScimType::InvalidPath, format!("the path cannot be read, {error}")));
        }
    };
    let place = match path_target(kind, &parsed.attribute, parsed.sub.as_deref()) {
        PathTarget::Kept(place) => place,
        PathTarget::Dropped => return Ok(()),
        PathTarget::Unknown if !strict => return Ok(()),
        PathTarget::Unknown => {
            return Err(ScimError::bad(ScimType::InvalidPath, "there is no such attribute"));
        }
    };
    if place.attribute.writes == Mutability::Server || matches!(place.attribute.name, "meta" | "schemas") {
        // Some managers repeat the id or the schemas in the value.
        return if strict && place.attribute.name != "schemas" {
            Err(ScimError::bad(ScimType::Mutability, "this attribute is written by the server alone"))
        } else {
            Ok(())
        };
    }
    let removes_whole = change == Change::Remove && place.sub.is_none() && parsed.filter.is_none();
    if place.attribute.required && removes_whole {
        return Err(ScimError::bad(ScimType::Mutability, "this attribute is required"));
    }
    if change != Change::Remove && value.is_none() {
        return Err(ScimError::bad(ScimType::InvalidValue, "a value is missing"));
    }
    match place.extension {
        None => change_one(content, change, &parsed, place, value),
        Some(urn) => {
            let holder = content.entry(urn).or_insert_with(|| json!({}));
            match holder.as_object_mut() {
                Some(holder) => change_one(holder, change, &parsed, place, value),
                None => Ok(()),
            }
        }
    }
}

fn change_one(
    holder: &mut Map<String, Value>,
    change: Change,
    path: &ChangePath,
    place: AttributePlace,
    value: Option<&Value>,
) -> Result<(), ScimError> {
    let (attribute, name) = (place.attribute, place.attribute.name);
    match (&path.filter, attribute.many, place.sub) {
        (Some(filter), true, sub) if attribute.kind == Type::Complex => {
            let mut values = take_values(holder, name);
            let outcome = change_selected(&mut values, attribute, filter, sub, change, value);
            put_values(holder, name, values);
            outcome
        }
        (Some(_), ..) => {
            Err(ScimError::bad(ScimType::InvalidPath, "only an attribute of several values is filtered"))
        }
        (None, true, None) => {
            let given = value.map(|value| values_of(attribute, value)).transpose()?;
            let mut values = take_values(holder, name);
            match (change, given) {
                (Change::Add, given) => append(attribute, &mut values, given.unwrap_or_default()),
                (Change::Replace, given) => values = given.unwrap_or_default(),
                (Change::Remove, None) => values.clear(),
                // Written so by Microsoft Entra: only these go, of whatever type unless one is said.
                (Change::Remove, Some(given)) => {
                    let gone: HashSet<Key> = given.iter().map(|value| key_of(attribute, value)).collect();
                    values.retain(|value| {
                        let (value, of_type) = key_of(attribute, value);
                        !gone.contains(&(value.clone(), None)) && !gone.contains(&(value, of_type))
                    });
                }
            }
            put_values(holder, name, values);
            Ok(())
        }
        (None, true, Some(sub)) => {
            let mut values = take_values(holder, name);
            if values.is_empty() && change != Change::Remove {
                values.push(json!({}));
            }
            values.iter_mut().for_each(|element| set_sub(element, sub, change, value));
            put_values(holder, name, values);
            Ok(())
        }
        (None, false, Some(sub)) => {
            let element = holder.entry(name).or_insert_with(|| json!({}));
            set_sub(element, sub, change, value);
            Ok(())
        }
        (None, false, None) => {
            match (change, value) {
                (Change::Remove, _) | (_, None) => {
                    holder.remove(name);
                }
                (_, Some(Value::Object(given))) if attribute.kind == Type::Complex => {
                    let element = holder.entry(name).or_insert_with(|| json!({}));
                    merge(element, attribute, given);
                }
                (_, Some(value)) => {
                    holder.insert(name.to_owned(), value.clone());
                }
            }
            Ok(())
        }
    }
}

/// The values of an attribute that answer a filter.
fn change_selected(
    values: &mut Vec<Value>,
    attribute: &'static Attribute,
    filter: &Filter,
    sub: Option<&'static Attribute>,
    change: Change,
    value: Option<&Value>,
) -> Result<(), ScimError> {
    let chosen = |element: &Value| element_answers(attribute, filter, element);
    if change == Change::Remove && sub.is_none() {
        values.retain(|element| !chosen(element));
        return Ok(());
    }
    if !values.iter().any(chosen) {
        return match change {
            Change::Remove => Ok(()),
            Change::Replace => Err(ScimError::bad(ScimType::NoTarget, "no value answers this filter")),
            Change::Add => {
                let mut element = json!({});
                if let Value::Object(fields) = &mut element {
                    conditions(filter, attribute, fields);
                }
                write(&mut element, attribute, sub, change, value);
                append(attribute, values, vec![element]);
                Ok(())
            }
        };
    }
    let mut changed = HashSet::new();
    for (n, element) in values.iter_mut().enumerate() {
        if chosen(element) {
            write(element, attribute, sub, change, value);
            changed.insert(n);
        }
    }
    prefer(values, |n| changed.contains(&n));
    Ok(())
}

fn write(
    element: &mut Value,
    attribute: &'static Attribute,
    sub: Option<&'static Attribute>,
    change: Change,
    value: Option<&Value>,
) {
    match (sub, value) {
        (Some(sub), value) => set_sub(element, sub, change, value),
        (None, Some(Value::Object(given))) => {
            if change == Change::Replace {
                *element = json!({});
            }
            merge(element, attribute, given);
        }
        (None, Some(value)) => *element = value.clone(),
        (None, None) => {}
    }
}

/// The fields that a new value must have to answer a filter.
fn conditions(filter: &Filter, attribute: &Attribute, fields: &mut Map<String, Value>) {
    match filter {
        Filter::And(members) => members.iter().for_each(|member| conditions(member, attribute, fields)),
        Filter::Compare(path, Operator::Equal, scalar) => {
            let Some(sub) = attribute.subs.iter().find(|sub| sub.name.eq_ignore_ascii_case(&path.name))
            else {
                return;
            };
            let value = match scalar {
                Scalar::Text(text) => json!(text),
                Scalar::Bool(value) => json!(value),
                Scalar::Number(number) => json!(number),
                Scalar::Null => return,
            };
            fields.insert(sub.name.to_owned(), value);
        }
        _ => {}
    }
}

fn set_sub(element: &mut Value, sub: &Attribute, change: Change, value: Option<&Value>) {
    let Value::Object(fields) = element else { return };
    match (change, value) {
        (Change::Remove, _) | (_, None) => fields.remove(sub.name),
        (_, Some(value)) => fields.insert(sub.name.to_owned(), value.clone()),
    };
}

fn merge(element: &mut Value, attribute: &Attribute, given: &Map<String, Value>) {
    let Value::Object(fields) = element else { return };
    for (name, value) in given {
        let known = attribute.subs.iter().find(|sub| sub.name.eq_ignore_ascii_case(name));
        if let Some(sub) = known.filter(|sub| sub.writes != Mutability::Server) {
            fields.insert(sub.name.to_owned(), value.clone());
        }
    }
}

fn take_values(holder: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match holder.remove(name) {
        Some(Value::Array(values)) => values,
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn put_values(holder: &mut Map<String, Value>, name: &str, values: Vec<Value>) {
    if !values.is_empty() {
        holder.insert(name.to_owned(), Value::Array(values));
    }
}

/// Adds what is not there yet; what is there takes the fields that are given. A new preferred value takes the place of the old one.
fn append(attribute: &Attribute, values: &mut Vec<Value>, new: Vec<Value>) {
    let mut known: HashMap<String, Vec<(Option<String>, usize)>> = HashMap::new();
    for (n, value) in values.iter().enumerate() {
        let (value, of_type) = key_of(attribute, value);
        known.entry(value).or_default().push((of_type, n));
    }
    let mut changed = HashSet::new();
    for value in new {
        let (key, of_type) = key_of(attribute, &value);
        let places = known.entry(key).or_default();
        let same = places.iter().find(|(known, _)| of_type.is_none() || *known == of_type).map(|(_, n)| *n);
        match same.and_then(|n| Some((n, values.get_mut(n)?.as_object_mut()?))) {
            Some((n, fields)) => {
                let own = |name: &String| attribute.subs.iter().find(|sub| sub.name == name);
                let given = value.as_object().into_iter().flatten();
                let given =
                    given.filter(|(name, _)| own(name).is_some_and(|sub| sub.writes == Mutability::Client));
                fields.extend(given.map(|(name, value)| (name.clone(), value.clone())));
                changed.insert(n);
            }
            None => {
                places.push((of_type, values.len()));
                changed.insert(values.len());
                values.push(value);
            }
        }
    }
    prefer(values, |n| changed.contains(&n));
}

type Key = (String, Option<String>);

/// The identity of a value among others (RFC 7643 §2.4): its `value`, or itself, and its type where managers give it one: one number may be
/// that of the office and of the mobile telephone.
fn key_of(attribute: &Attribute, value: &Value) -> Key {
    let key = match value.get("value").unwrap_or(value) {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let is_typed = attribute.subs.iter().any(|sub| sub.name == "type" && sub.writes == Mutability::Client);
    let of_type = value.get("type").and_then(Value::as_str).filter(|_| is_typed);
    (key, of_type.map(str::to_lowercase))
}
