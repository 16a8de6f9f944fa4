//! Which attributes of a resource are shown (RFC 7644 §3.9).

use super::{
    error::{ScimError, ScimType},
    filter::AttributePath,
    schema::{AttributePlace, ENTERPRISE, PathTarget, ResourceKind, is_extension, path_target},
};
use serde_json::{Map, Value};

/// The most names of one request.
const MAX_NAMES: usize = 100;

/// The attributes asked for.
#[derive(Debug, Clone, Default)]
pub(super) enum Projection {
    /// Everything.
    #[default]
    All,
    /// These alone, and what is always shown.
    Only(Vec<SelectedAttribute>),
    /// All but these.
    Without(Vec<SelectedAttribute>),
}

#[derive(Debug, Clone)]
pub(super) enum SelectedAttribute {
    Extension,
    AttributePlace(AttributePlace),
}

impl Projection {
    /// After the two lists of a request.
    pub(super) fn new<'a>(
        kind: ResourceKind,
        attributes: impl IntoIterator<Item = &'a str>,
        excluded: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ScimError> {
        let (only, without) = (parse_names(kind, attributes)?, parse_names(kind, excluded)?);
        match (only, without) {
            (None, None) => Ok(Self::All),
            (Some(only), None) => Ok(Self::Only(only)),
            (None, Some(without)) => Ok(Self::Without(without)),
            (Some(_), Some(_)) => Err(ScimError::bad(
                ScimType::InvalidSyntax,
                "write attributes or excludedAttributes, not both",
            )),
        }
    }

    /// True if an attribute is shown, at least in part.
    pub(super) fn shows(&self, name: &str) -> bool {
        let whole = |shown: &SelectedAttribute| matches!(shown, SelectedAttribute::AttributePlace(place) if place.attribute.name == name);
        match self {
            Self::All => true,
            Self::Only(list) => list.iter().any(whole),
            Self::Without(list) => !list.iter().any(|shown| {
                whole(shown)
                    && matches!(shown, SelectedAttribute::AttributePlace(place) if place.sub.is_none())
            }),
        }
    }

    pub(super) fn project(&self, mut resource: Map<String, Value>) -> Map<String, Value> {
        match self {
            Self::All => resource,
            Self::Only(list) => {
                let mut kept = Map::new();
                for always in ["schemas", "id"] {
                    if let Some(value) = resource.get(always) {
                        kept.insert(always.to_owned(), value.clone());
                    }
                }
                list.iter().for_each(|shown| copy(shown, &resource, &mut kept));
                kept
            }
            Self::Without(list) => {
                list.iter().for_each(|shown| drop_one(shown, &mut resource));
                resource
            }
        }
    }
}

fn parse_names<'a>(
    kind: ResourceKind,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<Option<Vec<SelectedAttribute>>, ScimError> {
    let mut names = names.into_iter().map(str::trim).filter(|name| !name.is_empty()).peekable();
    if names.peek().is_none() {
        return Ok(None);
    }
    let mut shown = Vec::new();
    for name in names.take(MAX_NAMES) {
        if is_extension(kind, name) {
            shown.push(SelectedAttribute::Extension);
            continue;
        }
        let path: AttributePath = name
            .parse()
            .map_err(|_| ScimError::bad(ScimType::InvalidSyntax, "not the name of an attribute"))?;
        // A name that nobody has shows nothing.
        if let PathTarget::Kept(place) = path_target(kind, &path, None) {
            shown.push(SelectedAttribute::AttributePlace(place));
        }
    }
    Ok(Some(shown))
}

fn copy(shown: &SelectedAttribute, from: &Map<String, Value>, into: &mut Map<String, Value>) {
    let SelectedAttribute::AttributePlace(place) = shown else {
        if let Some(whole) = from.get(ENTERPRISE) {
            into.insert(ENTERPRISE.to_owned(), whole.clone());
        }
        return;
    };
    match place.extension {
        None => copy_place(place, from, into),
        Some(urn) => {
            if let Some(from) = from.get(urn).and_then(Value::as_object)
                && let Some(into) =
                    into.entry(urn).or_insert_with(|| Value::Object(Map::new())).as_object_mut()
            {
                copy_place(place, from, into);
            }
        }
    }
}

fn copy_place(place: &AttributePlace, from: &Map<String, Value>, into: &mut Map<String, Value>) {
    let name = place.attribute.name;
    let Some(value) = from.get(name) else { return };
    let Some(sub) = place.sub else {
        into.insert(name.to_owned(), value.clone());
        return;
    };
    match value {
        Value::Object(fields) => {
            if let Some(inner) = fields.get(sub.name)
                && let Some(kept) =
                    into.entry(name).or_insert_with(|| Value::Object(Map::new())).as_object_mut()
            {
                kept.insert(sub.name.to_owned(), inner.clone());
            }
        }
        Value::Array(values) => {
            let kept = into
                .entry(name)
                .or_insert_with(|| Value::Array(vec![Value::Object(Map::new()); values.len()]));
            for (kept, value) in kept.as_array_mut().into_iter().flatten().zip(values) {
                if let (Some(kept), Some(inner)) = (kept.as_object_mut(), value.get(sub.name)) {
                    kept.insert(sub.name.to_owned(), inner.clone());
                }
            }
        }
        _ => {}
    }
}

fn drop_one(shown: &SelectedAttribute, resource: &mut Map<String, Value>) {
    let SelectedAttribute::AttributePlace(place) = shown else {
        resource.remove(ENTERPRISE);
        return;
    };
    let name = place.attribute.name;
    if matches!(name, "id" | "schemas") {
        return;
    }
    let holder = match place.extension {
        None => Some(resource),
        Some(urn) => resource.get_mut(urn).and_then(Value::as_object_mut),
    };
    let Some(holder) = holder else { return };
    match (place.sub, holder.get_mut(name)) {
        (None, _) => {
            holder.remove(name);
        }
        (Some(sub), Some(Value::Object(fields))) => {
            fields.remove(sub.name);
        }
        (Some(sub), Some(Value::Array(values))) => {
            values.iter_mut().filter_map(Value::as_object_mut).for_each(|fields| {
                fields.remove(sub.name);
            });
        }
        _ => {}
    }
}
