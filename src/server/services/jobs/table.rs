//! The table of jobs. A new job is one line here.

use super::{Job, Schedule, Scope};
use std::time::Duration;

/// How often this node polls for other nodes' writes, even without a notification.
const POLL: Duration = Duration::from_millis(500);
/// How often the database is probed. With the longest time a probe takes, `/ready` is right within 15 s.
const PROBE: Duration = Duration::from_secs(5);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

pub(super) const JOBS: &[Job] = &[
    Job {
        name: "poll",
        schedule: Schedule::EveryOrWoken(POLL, |services| services.monitor.woken()),
        scope: Scope::EachNode,
        run: |services| Box::pin(services.monitor.look()),
    },
    Job {
        name: "database",
        schedule: Schedule::Every(PROBE),
        scope: Scope::EachNode,
        run: |services| Box::pin(services.readiness.probe()),
    },
    Job {
        name: "clock",
        schedule: Schedule::Every(PROBE),
        scope: Scope::EachNode,
        run: |services| Box::pin(async { Ok(services.clock_check.compare().await?) }),
    },
    Job {
        name: "nodes",
        schedule: Schedule::Every(PROBE),
        scope: Scope::EachNode,
        run: |services| Box::pin(services.other_nodes.look()),
    },
    Job {
        name: "listen",
        schedule: Schedule::Always,
        scope: Scope::EachNode,
        run: |services| Box::pin(services.monitor.listen()),
    },
    Job {
        name: "due-sessions",
        schedule: Schedule::Every(SECOND),
        scope: Scope::EachNode,
        run: |services| Box::pin(async { services.monitor.end_due().await.map(drop) }),
    },
    Job {
        name: "figures",
        schedule: Schedule::Every(SECOND),
        scope: Scope::EachNode,
        run: |services| Box::pin(async { Ok(services.monitor.events().write_figures().await?) }),
    },
    Job {
        name: "permissions",
        schedule: Schedule::Every(SECOND),
        scope: Scope::EachNode,
        run: |services| Box::pin(async { Ok(services.permissions.reload().await?) }),
    },
    Job {
        name: "expired-roles",
        schedule: Schedule::Every(SECOND),
        scope: Scope::EachNode,
        run: |services| Box::pin(services.roles.expire()),
    },
    Job {
        name: "audit-seal",
        schedule: Schedule::Every(SECOND),
        scope: Scope::Lease,
        run: |services| Box::pin(services.audit.seal()),
    },
    Job {
        name: "audit-checkpoint",
        schedule: Schedule::Every(HOUR),
        scope: Scope::EachNode,
        run: |services| Box::pin(services.audit.checkpoint()),
    },
    Job {
        name: "audit-checkpoint-mail",
        schedule: Schedule::Every(HOUR),
        scope: Scope::Lease,
        run: |services| Box::pin(services.audit.send_checkpoint(&services.mail)),
    },
    Job {
        name: "limits",
        schedule: Schedule::Every(SECOND),
        scope: Scope::EachNode,
        run: |services| {
            services.limits.forget();
            Box::pin(async { Ok(()) })
        },
    },
    Job {
        name: "log-size",
        schedule: Schedule::Every(SECOND),
        scope: Scope::EachNode,
        run: |services| Box::pin(async { Ok(services.db.cut_log().await?) }),
    },
    Job {
        name: "sweep",
        schedule: Schedule::Every(MINUTE),
        scope: Scope::EachNode,
        run: |services| Box::pin(services.retention.sweep()),
    },
    Job {
        name: "user-count",
        schedule: Schedule::Every(MINUTE),
        scope: Scope::Lease,
        run: |services| Box::pin(async { Ok(services.db.recount_users().await?) }),
    },
    Job {
        name: "bulk",
        schedule: Schedule::EveryOrWoken(SECOND, |services| services.bulk.woken()),
        scope: Scope::Lease,
        run: |services| Box::pin(services.bulk.work()),
    },
    Job {
        name: "api-keys",
        schedule: Schedule::Every(HOUR),
        scope: Scope::Lease,
        run: |services| Box::pin(services.api_keys.warn()),
    },
    Job {
        name: "mail-deadlines",
        schedule: Schedule::Every(MINUTE),
        scope: Scope::Lease,
        run: |services| {
            Box::pin(async {
                if services.clock_check.is_believed() { services.mail.clamp_deadlines().await } else { Ok(()) }
            })
        },
    },
    Job {
        name: "mail",
        schedule: Schedule::EveryOrWoken(SECOND, |services| services.mail.queued()),
        scope: Scope::Lease,
        run: |services| Box::pin(services.mail.send_due()),
    },
];
