//! Programs that manage a repository's hooks, and the lines that bring pv into each: `git-pv`, because Pipe Viewer installs a `pv`, too.

use std::path::Path;

/// A program that manages hooks.
#[derive(Debug)]
pub(super) struct Manager {
    pub(super) name: &'static str,
    /// Files or directories that show it is in use.
    signs: &'static [&'static str],
    /// Where the lines go.
    pub(super) file: &'static str,
    pub(super) lines: &'static str,
}

const MANAGERS: &[Manager] = &[
    Manager {
        name: "pre-commit",
        signs: &[".pre-commit-config.yaml", ".pre-commit-config.yml"],
        file: ".pre-commit-config.yaml",
        lines: "  - repo: local\n    hooks:\n      - id: pv\n        name: pv (AI artefacts)\n        entry: git-pv hook \
                run pre-commit\n        language: system\n        pass_filenames: false\n        always_run: true",
    },
    Manager {
        name: "lefthook",
        signs: &["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml", "lefthook.toml", "lefthook.json"],
        file: "lefthook.yml",
        lines: "pre-commit:\n  jobs:\n    - name: pv\n      run: git-pv hook run pre-commit",
    },
    Manager { name: "husky", signs: &[".husky"], file: ".husky/pre-commit", lines: "git-pv hook run pre-commit" },
];

/// The manager in use in the worktree at `root`.
pub(super) fn in_use(root: &Path) -> Option<&'static Manager> {
    MANAGERS.iter().find(|manager| manager.signs.iter().any(|sign| root.join(sign).exists()))
}
