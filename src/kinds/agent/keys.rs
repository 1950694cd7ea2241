//! What a setting of an agent is about, by its key.

/// Keys (letters and digits only, lower case) and their aspect. `text` is prose for the model.
const KEYS: [(&str, &[&str]); 31] = [
    ("description", &["description", "whentouse"]),
    (
        "text",
        &[
            "role",
            "goal",
            "backstory",
            "instructions",
            "systemprompt",
            "systemtemplate",
            "instancetemplate",
            "expectedoutput",
            "systemmessage",
            "nextsteptemplate",
            "content",
            "persona",
        ],
    ),
    ("prompt", &["prompt", "promptref", "promptid", "prompts"]),
    ("model", &["model", "llm", "modelname", "functioncallingllm", "managerllm", "reasoningmodel"]),
    ("index", &["index", "indexes", "retrievalindex", "retriever", "knowledgesources", "vectorstore", "knowledge"]),
    ("eval", &["eval", "evals", "evalset", "evaluation"]),
    ("tool", &["tools", "allowedtools", "tooluse", "mcpservers", "bundles", "plugins", "extensions"]),
    (
        "denied",
        &[
            "disallowedtools",
            "deny",
            "denied",
            "deniedtools",
            "blocklist",
            "blockeddomains",
            "denieddomains",
            "denypaths",
        ],
    ),
    ("sandbox", &["sandbox", "isolation", "sandboxmode", "codeexecutionmode", "usedocker", "sandboxed"]),
    ("execution", &["allowcodeexecution", "codeexecution", "allowdangerousrequests", "allowdangerouscode"]),
    (
        "egress",
        &[
            "network",
            "networkaccess",
            "allownetwork",
            "egress",
            "alloweddomains",
            "allowedhosts",
            "allowedurls",
            "internet",
            "internetaccess",
            "webaccess",
        ],
    ),
    (
        "permission",
        &[
            "permissions",
            "permission",
            "allow",
            "allowlist",
            "scopes",
            "filesystem",
            "allowedpaths",
            "secrets",
            "allowedcommands",
            "additionaldirectories",
        ],
    ),
    ("permission-mode", &["permissionmode"]),
    (
        "approval",
        &[
            "approval",
            "approvalpolicy",
            "ask",
            "approvals",
            "requireapproval",
            "requiresapproval",
            "humaninput",
            "humanintheloop",
            "requiresconfirmation",
            "interruptbefore",
            "approvalthreshold",
            "askbefore",
        ],
    ),
    (
        "guardrail",
        &[
            "guardrail",
            "guardrails",
            "rails",
            "filters",
            "moderation",
            "policies",
            "guards",
            "safety",
            "outputguardrails",
        ],
    ),
    (
        "route",
        &[
            "routes",
            "route",
            "handoffs",
            "handoff",
            "edges",
            "context",
            "process",
            "applyto",
            "globs",
            "alwaysapply",
            "usercallable",
            "userinvocable",
            "disablemodelinvocation",
            "triggers",
            "paths",
        ],
    ),
    ("entrypoint", &["entrypoint", "entry", "start", "startnode", "graphs"]),
    ("subagent", &["agents", "subagents", "skills", "allowdelegation", "subrecipes"]),
    ("assignee", &["agent", "manageragent"]),
    ("schedule", &["schedule", "cron", "eventsource", "webhook", "webhooks", "runat"]),
    ("max-steps", &["maxturns", "maxsteps", "maxiter", "maxiterations", "maxrounds", "recursionlimit", "steplimit"]),
    (
        "timeout",
        &["timeout", "maxexecutiontime", "executiontimeout", "maxretrylimit", "retries", "maxretries", "maxrequeries"],
    ),
    ("parallelism", &["parallel", "parallelism", "concurrency", "asyncexecution", "background", "maxrpm", "workers"]),
    ("memory", &["memory", "memorypolicy", "shorttermmemory", "longtermmemory", "entitymemory", "historyprocessors"]),
    ("cost", &["budget", "maxcost", "costlimit", "perinstancecostlimit", "totalcostlimit", "maxtokensbudget"]),
    ("escalation", &["escalation", "escalationtarget", "oncall", "escalateto"]),
    ("observability", &["tracing", "logging", "loglevel", "verbose", "telemetry", "sampling"]),
    ("input-contract", &["inputschema", "inputtype", "inputs", "inputvariables", "argsschema"]),
    ("output-contract", &["outputs", "outputjson", "outputpydantic", "outputschema", "outputtype", "responseformat"]),
    ("dependency", &["compatibility", "requires", "dependencies", "runtime", "framework", "image", "dockerimage"]),
    (
        "metadata",
        &[
            "license",
            "metadata",
            "author",
            "authors",
            "owner",
            "tags",
            "color",
            "version",
            "title",
            "displayname",
            "icon",
            "argumenthint",
            "notes",
            "category",
            "source",
            "homepage",
            "keywords",
            "schema",
        ],
    ),
];

/// Aspects whose keys cover everything below them, whatever it is called.
const ENCLOSING: [&str; 7] =
    ["guardrail", "memory", "metadata", "input-contract", "output-contract", "schedule", "entrypoint"];

/// Aspects that cover what is below them unless it is another of these: what is denied is no permission.
const POWERS: [&str; 6] = ["permission", "approval", "denied", "egress", "sandbox", "execution"];

/// The aspect of the setting at a path of keys; `config`: none that is known.
pub(super) fn aspect(keys: &[String]) -> &'static str {
    let steps: Vec<String> = keys.iter().filter(|key| !key.starts_with('[')).map(|key| letters(key)).collect();
    let known: Vec<&'static str> = steps.iter().filter_map(|step| known(step)).collect();
    let enclosing = known.iter().find(|aspect| ENCLOSING.contains(aspect));
    let power = || known.iter().rev().find(|aspect| POWERS.contains(aspect));
    let own = || steps.last().and_then(|key| self::known(key));
    enclosing.or_else(power).copied().or_else(own).unwrap_or("config")
}

/// Whether the values of an aspect are names in a set, so that each comes and goes by itself.
pub(super) fn is_set(aspect: &str) -> bool {
    is_placed_set(aspect) || ["tool", "subagent", "index", "eval"].contains(&aspect)
}

/// Whether it matters where such a name stands: a filter of inputs is none of outputs.
pub(super) fn is_placed_set(aspect: &str) -> bool {
    ["denied", "permission", "guardrail", "route", "approval", "egress", "schedule"].contains(&aspect)
}

fn known(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|(_, keys)| keys.contains(&key)).map(|(aspect, _)| *aspect)
}

fn letters(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
