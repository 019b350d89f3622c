# shellcheck shell=bash disable=SC2034 # variables are used by those who source this
# Shared by the commands in this folder: paths, messages, PostgreSQL, databases.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
DEV=$ROOT/.dev
ADDONS=$DEV/addons
ADDON=$ADDONS/fiken_connector # the repository under the name Odoo knows it by
LOG=$DEV/log
PY=$DEV/venv/bin/python
SANDBOX_PY=$DEV/sandbox-venv/bin/python
# After "su" root's path may lack runuser.
PATH=$PATH:/usr/sbin:/sbin

# What the addon needs, and everything it can work with.
MODULES_MIN=account,stock,l10n_no
MODULES_ALL=$MODULES_MIN,stock_account,mrp,point_of_sale,purchase,sale_management,project

say() { printf '==> %s\n' "$*" >&2; }

# plan N: so many steps are to come; step TEXT: the next one begins.
plan() { STEPS=$1 STEP=0; }
step() {
    STEP=$((STEP + 1))
    say "[$STEP of $STEPS, ${SECONDS} s] $*"
}
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# --- Is everything in place? ------------------------------------------------

sandbox_stamp() {
    sha256sum "$ROOT/dev/setup" "$ROOT/sandbox/requirements.txt" 2>/dev/null || true
}

setup_stamp() {
    {
        cat "$ROOT/dev/setup" "$ROOT/dev/_lib.sh" "$ROOT/requirements-dev.txt"
        echo "$ROOT ${ODOO_HOME:-}"
    } | sha256sum
}

stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# What every other command calls first. FIKEN_PG=durable chooses the other cluster.
ensure_setup() {
    stamped "$DEV/stamp" "$(setup_stamp)" || "$ROOT/dev/setup"
    pg_running "${FIKEN_PG:-}" || locked pg pg_start "${FIKEN_PG:-}"
    # Databases of the same name on two clusters must not share their files.
    DATA=$DEV/data${FIKEN_PG:+-$FIKEN_PG}
    PGHOST=$(pg_socket "${FIKEN_PG:-}")
    export ODOO_RC=$DEV/odoo.conf ODOO_DATA_DIR=$DATA PGHOST PGUSER=odoo
    unset PGPORT PGPASSWORD PGDATABASE
    export no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"
}

# locked NAME COMMAND …: one at a time.
locked() {
    (
        flock -n 9 || {
            say "Waiting for another command ($1) to finish"
            flock 9
        }
        "${@:2}"
    ) 9>"$DEV/lock-$1"
}

# --- PostgreSQL: private clusters on a unix socket ---------------------------
# pg: for tests, fast and careless. pg-durable: for benchmarks, started on request.

# initdb and postgres refuse to run as root.
pg_as() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        (cd / && exec "$@")
    fi
}

# A socket's path has at most 107 characters, and the user postgres cannot enter
# a clone under /root: then the clusters live in /var/tmp.
pg_base() {
    if [ "${#DEV}" -lt 75 ] && { [ "$(id -u)" != 0 ] || pg_as test -x "$DEV"; }; then
        echo "$DEV"
    else
        echo "/var/tmp/fiken-connector-$(cksum <<<"$ROOT" | cut -d' ' -f1)"
    fi
}

pg_dir() { echo "$(pg_base)/pg${1:+-$1}"; }
pg_socket() { echo "$(pg_dir "$@")/socket"; }

pg_bin() {
    local dirs=(/usr/lib/postgresql/*/bin)
    echo "${dirs[-1]}/$1"
}

pg_running() {
    pg_isready -q -h "$(pg_socket "$@")" 2>/dev/null
}

# pg_start [durable]; not by two at once: locked pg pg_start
pg_start() {
    local dir socket ctl
    ! pg_running "$@" || return 0
    dir=$(pg_dir "$@") socket=$(pg_socket "$@") ctl=$(pg_bin pg_ctl)
    # Came along with a copy of the repository, taken while the original's server ran.
    if [ -f "$dir/data/postmaster.pid" ] &&
        [ "$(sed -n 2p "$dir/data/postmaster.pid")" != "$(realpath "$dir/data")" ]; then
        say "Leaving the copied PostgreSQL cluster $dir"
        rm -rf "$dir"
    fi
    if [ ! -f "$dir/data/PG_VERSION" ]; then
        say "Creating the PostgreSQL cluster $dir"
        mkdir -p "$dir/data" "$socket"
        chmod 755 "$(dirname "$dir")" "$dir"
        [ "$(id -u)" != 0 ] || chown -R postgres: "$dir"
        pg_as "$(pg_bin initdb)" -D "$dir/data" -U postgres --auth=trust \
            --encoding=UTF8 --locale=C.UTF-8 >/dev/null ||
            die "initdb failed in $dir: remove that folder and run dev/setup again"
        pg_as tee -a "$dir/data/postgresql.conf" >/dev/null <<-CONF
			listen_addresses = ''
			unix_socket_permissions = 0700
			max_connections = 100
			shared_buffers = 256MB
		CONF
        # Tests roll everything back: counts of what is committed would mislead the
        # planner, which estimates well from the size of tables that nobody counted.
        if [ "${1:-}" != durable ]; then
            pg_as tee -a "$dir/data/postgresql.conf" >/dev/null <<-CONF
				fsync = off
				synchronous_commit = off
				full_page_writes = off
				max_wal_size = 2GB
				autovacuum = off
				jit = off
			CONF
        fi
    fi
    # The server outlives us and must not inherit a lock: hence 9>&-.
    pg_as "$ctl" -D "$dir/data" -l "$dir/postgresql.log" -w -o "-k '$socket'" \
        start >/dev/null 9>&- ||
        die "PostgreSQL did not start: see $dir/postgresql.log"
    # Odoo refuses to work as postgres.
    psql -qAt -h "$socket" -U postgres -d postgres \
        -c "SELECT 1 FROM pg_roles WHERE rolname = 'odoo'" | grep -q 1 ||
        createuser -h "$socket" -U postgres --superuser odoo
}

# pg_stop [durable]
pg_stop() {
    if pg_running "$@"; then
        pg_as "$(pg_bin pg_ctl)" -D "$(pg_dir "$@")/data" -m fast -w stop >/dev/null
    fi
}

# --- Databases (PGHOST and PGUSER are set by ensure_setup) -------------------

db_sql() { psql -qAtX -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }

# What a database was built from is written in its comment.
db_comment() {
    db_sql postgres "SELECT shobj_description(oid, 'pg_database')
                       FROM pg_database WHERE datname = '$1'"
}

db_set_comment() { db_sql postgres "COMMENT ON DATABASE \"$1\" IS '$2'"; }

db_drop() {
    dropdb --if-exists --force "$1" 2>/dev/null
    rm -rf "$DATA/filestore/$1"
}

# db_copy FROM TO: with the filestore, and with an identity of its own.
db_copy() {
    db_drop "$2"
    db_sql postgres "CREATE DATABASE \"$2\" TEMPLATE \"$1\" STRATEGY file_copy"
    if [ -d "$DATA/filestore/$1" ]; then
        cp -al "$DATA/filestore/$1" "$DATA/filestore/$2"
    fi
    db_sql "$2" "UPDATE ir_config_parameter SET value = gen_random_uuid()
                  WHERE key IN ('database.uuid', 'database.secret')"
}

odoo_version() {
    "$PY" -c 'import odoo.release as r; print(r.version, r.__file__)'
}

# install DB MODULES [odoo options]: fails when Odoo logs an error, which it may
# do and still exit with 0.
install() {
    local db=$1 modules=$2 log=$LOG/install-$1.log
    shift 2
    if ! "$ROOT/dev/odoo" -d "$db" -i "$modules" --stop-after-init "$@" >"$log" 2>&1 ||
        grep -qE '^[-0-9]+ [0-9:,]+ [0-9]+ (ERROR|CRITICAL) ' "$log"; then
        grep -E -A40 -m1 ' (ERROR|CRITICAL) |^Traceback' "$log" >&2 || tail -n 40 "$log" >&2
        die "installing $modules in $db failed: see $log"
    fi
}

# template NAME MODULES [odoo options]: built once, again when the modules or the
# Odoo version change.
template() { locked "$1" build_template "$@"; }

build_template() {
    local name=$1 modules=$2 want
    want="$(odoo_version) $*"
    [ "$(db_comment "$name")" != "$want" ] || return 0
    say "Building the database $name ($modules): a minute, once"
    # A half-built one never carries the name.
    db_drop "${name}_new"
    install "${name}_new" "$modules" "${@:3}"
    db_drop "$name"
    db_sql postgres "ALTER DATABASE \"${name}_new\" RENAME TO \"$name\""
    mv "$DATA/filestore/${name}_new" "$DATA/filestore/$name"
    db_set_comment "$name" "$want"
}
