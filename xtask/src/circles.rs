//! The circles of a crate: files that use each other, directly or through others.
//!
//! A file uses another when a path in it (a `use` or any path in its code, macros included) leads to a name that the other defines. A
//! `pub use` only forwards a name and uses nothing. Tests count for nothing. Methods are not seen: whoever calls one has the type
//! from somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, UseTree, Visibility};

use crate::{Result, workspace};

/// The crates whose files are looked at.
const CRATES: [&str; 5] =
    ["pleiade-core", "pleiade-connectors", "pleiade-federation", "pleiade-testkit", "pleiade-server"];

/// The most files that may use each other in a circle.
const MAX_CIRCLE: usize = 5;

/// Prints the largest circle of every crate. Fails when one is too large.
pub(crate) fn check() -> Result<()> {
    let mut failures = Vec::new();
    for name in CRATES {
        let circles = circles(&workspace::root().join(name).join("src"))?;
        let largest = circles.iter().map(BTreeMap::len).max().unwrap_or(1);
        println!("{name}: {} circles, the largest of {largest} files", circles.len());
        for circle in circles {
            for (file, used) in &circle {
                println!("  {file}: {}", used.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
            }
            println!();
            if circle.len() > MAX_CIRCLE {
                let count = circle.len();
                failures.push(format!("{name}: {count} files use each other, at most {MAX_CIRCLE} may"));
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// The files of a circle, each with those of them that it uses.
type Circle = BTreeMap<String, BTreeSet<String>>;

/// The circles of two files or more among the sources of a crate, the largest first.
fn circles(source: &Path) -> Result<Vec<Circle>> {
    let mut tree = ModuleTree { source: source.to_owned(), modules: BTreeMap::new() };
    tree.load(&source.join("lib.rs"), Vec::new())?;
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (path, module) in &tree.modules {
        let targets = module.paths.iter().filter_map(|used| tree.resolve(path, used, 0));
        uses.entry(&module.file).or_default().extend(targets.filter(|file| *file != module.file));
    }
    let mut circles = strong_components(&uses);
    circles.retain(|circle| circle.len() > 1);
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    let used_within = |file: &str, circle: &[&str]| {
        let used = uses.get(file).into_iter().flatten().filter(|used| circle.contains(used));
        (file.to_owned(), used.map(|used| (*used).to_owned()).collect())
    };
    Ok(circles.iter().map(|circle| circle.iter().map(|file| used_within(file, circle)).collect()).collect())
}

type ModulePath = Vec<String>;

#[derive(Debug, Default)]
struct Module {
    file: String,
    items: BTreeSet<String>,
    imports: BTreeMap<String, ModulePath>,
    globs: Vec<ModulePath>,
    paths: BTreeSet<ModulePath>,
}

struct ModuleTree {
    source: PathBuf,
    modules: BTreeMap<ModulePath, Module>,
}

impl ModuleTree {
    fn load(&mut self, file: &Path, path: ModulePath) -> Result<()> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        let parsed = syn::parse_file(&text)
            .map_err(|error| format!("{} cannot be parsed: {error}", file.display()))?;
        let name = file.strip_prefix(&self.source).unwrap_or(file).display().to_string();
        let folder = match file.file_name().and_then(|name| name.to_str()) {
            Some("lib.rs" | "mod.rs" | "main.rs") => file.parent().map(Path::to_owned).unwrap_or_default(),
            _ => file.with_extension(""),
        };
        self.add(&parsed.items, &name, &folder, path)
    }

    fn add(&mut self, items: &[Item], file: &str, folder: &Path, path: ModulePath) -> Result<()> {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items {
            if is_test(attributes(item)) {
                continue;
            }
            match item {
                Item::Mod(child) => {
                    let name = child.ident.to_string();
                    let child_path = [path.as_slice(), std::slice::from_ref(&name)].concat();
                    match &child.content {
                        Some((_, items)) => self.add(items, file, &folder.join(&name), child_path)?,
                        None => {
                            let beside = folder.join(format!("{name}.rs"));
                            let inside = folder.join(&name).join("mod.rs");
                            self.load(if beside.is_file() { &beside } else { &inside }, child_path)?;
                        }
                    }
                }
                Item::Use(import) => module.import(import),
                other => {
                    module.items.extend(name_of(other));
                    let mut collector = PathCollector(&mut module.paths);
                    collector.visit_item(other);
                }
            }
        }
        self.modules.insert(path, module);
        Ok(())
    }

    /// The file that defines what a path within a module leads to; none when it leads out of the crate or to a module itself.
    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<&str> {
        // Names that are forwarded in a circle lead nowhere.
        if depth > 16 {
            return None;
        }
        let (mut at, mut rest) = (from.to_vec(), path);
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => drop(at.pop()),
                _ => break,
            }
            rest = others;
        }
        let is_relative = rest.len() == path.len();
        let mut walked = 0;
        while let Some((name, others)) = rest.split_first() {
            let child = [at.as_slice(), std::slice::from_ref(name)].concat();
            if self.modules.contains_key(&child) {
                (at, rest, walked) = (child, others, walked + 1);
                continue;
            }
            let module = self.modules.get(&at)?;
            if module.items.contains(name) {
                return Some(&module.file);
            }
            if let Some(target) = module.imports.get(name) {
                return self.resolve(&at, &[target.as_slice(), others].concat(), depth + 1);
            }
            let globs = module.globs.iter().map(|glob| [glob.as_slice(), rest].concat());
            let found = globs.filter(|_| depth < 4).find_map(|path| self.resolve(&at, &path, depth + 1));
            // A name that is not found belongs to another crate, or is written by a macro of the module.
            return found.or((!is_relative || walked > 0).then_some(&module.file));
        }
        None
    }
}

impl Module {
    fn import(&mut self, import: &ItemUse) {
        let forwards = !matches!(import.vis, Visibility::Inherited);
        let mut leaves = Vec::new();
        flatten(&import.tree, &[], &mut leaves);
        for (path, name) in leaves {
            match name {
                Some(name) => drop(self.imports.insert(name, path.clone())),
                None => self.globs.push(path.clone()),
            }
            if !forwards {
                self.paths.insert(path);
            }
        }
    }
}

/// Every path of a `use` with the name it gets; none for a glob.
fn flatten(tree: &UseTree, before: &[String], leaves: &mut Vec<(ModulePath, Option<String>)>) {
    let with = |name: String| [before, &[name]].concat();
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &with(path.ident.to_string()), leaves),
        UseTree::Name(name) if name.ident == "self" => {
            leaves.push((before.to_vec(), before.last().cloned()));
        }
        UseTree::Name(name) => leaves.push((with(name.ident.to_string()), Some(name.ident.to_string()))),
        UseTree::Rename(rename) => {
            leaves.push((with(rename.ident.to_string()), Some(rename.rename.to_string())));
        }
        UseTree::Glob(_) => leaves.push((before.to_vec(), None)),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, leaves)),
    }
}

struct PathCollector<'a>(&'a mut BTreeSet<ModulePath>);

impl PathCollector<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: ModulePath = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if path.is_empty() || colons == 2 => {
                    path.push(ident.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
            self.0.insert(std::mem::take(&mut path));
            colons = 0;
        }
        self.0.insert(path);
    }
}

impl<'ast> Visit<'ast> for PathCollector<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        self.tokens(invoked.tokens.clone());
        visit::visit_macro(self, invoked);
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        let mut leaves = Vec::new();
        flatten(&import.tree, &[], &mut leaves);
        self.0.extend(leaves.into_iter().map(|(path, _)| path));
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }
}

/// Whether something is compiled for tests or fuzzing only.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        let words = list.tokens.to_string();
        attribute.path().is_ident("cfg") && (words.contains("test") || words.contains("fuzzing"))
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Tarjan's strongly connected components.
fn strong_components<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<Vec<&'a str>> {
    struct Walk<'a, 'g> {
        uses: &'g BTreeMap<&'a str, BTreeSet<&'a str>>,
        index: BTreeMap<&'a str, usize>,
        low: BTreeMap<&'a str, usize>,
        stack: Vec<&'a str>,
        found: Vec<Vec<&'a str>>,
    }
    impl<'a> Walk<'a, '_> {
        fn visit(&mut self, node: &'a str) -> usize {
            let number = self.index.len();
            self.index.insert(node, number);
            self.low.insert(node, number);
            self.stack.push(node);
            let mut low = number;
            for &next in self.uses.get(node).into_iter().flatten() {
                if !self.index.contains_key(next) {
                    low = low.min(self.visit(next));
                } else if self.stack.contains(&next) {
                    low = low.min(self.index.get(next).copied().unwrap_or(low));
                }
            }
            self.low.insert(node, low);
            if low == number
                && let Some(start) = self.stack.iter().position(|other| *other == node)
            {
                let mut component = self.stack.split_off(start);
                component.sort_unstable();
                self.found.push(component);
            }
            low
        }
    }
    let mut walk =
        Walk { uses, index: BTreeMap::new(), low: BTreeMap::new(), stack: Vec::new(), found: Vec::new() };
    for &node in uses.keys() {
        if !walk.index.contains_key(node) {
            walk.visit(node);
        }
    }
    walk.found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        circles(folder.path()).unwrap().into_iter().map(|circle| circle.into_keys().collect()).collect()
    }

    #[test]
    fn files_that_use_each_other_are_found_through_forwarded_names() {
        let found = circles_of(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a/mod.rs", "mod inner; pub use inner::Thing;"),
            ("a/inner.rs", "pub struct Thing; fn f() { let _ = format!(\"{}\", crate::b::value()); }"),
            ("b.rs", "use crate::a::Thing; pub fn value() {} fn g(_: Thing) {}"),
            ("c.rs", "use crate::{a, b}; fn h() { b::value(); let _ = a::Thing; }"),
        ]);
        assert_eq!(found, [["a/inner.rs", "b.rs"]]);
    }

    #[test]
    fn tests_and_forwarding_make_no_circle() {
        let found = circles_of(&[
            ("lib.rs", "pub mod a; pub mod b; pub use a::one;"),
            ("a.rs", "pub fn one() {} #[cfg(test)] mod tests { use crate::b::two; }"),
            ("b.rs", "pub fn two() { super::a::one() }"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
