# What the scripts here share: places, messages, packages, Wine sessions and the test server. Sourced by bash.
# Copyright 2026 the dosvc authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2034 # the variables are for the scripts that read this file

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build_root=${DOSVC_BUILD_DIR:-$top/build}
build_dir=$build_root/normal            # everything
sanitizer_dir=$build_root/sanitizers    # the engine and its tests, with ASan and UBSan
wine_dll_path=$build_dir                # holds x86_64-windows/ and x86_64-unix/
doadmin_exe=$build_dir/programs/doadmin/doadmin.exe
conformance_exe=$build_dir/tests/conformance/dosvc_test.exe
longjob_exe=$build_dir/tests/conformance/longjob.exe
mixedload_exe=$build_dir/tests/conformance/mixedload.exe
testserver=$build_dir/tests/server/testserver

say()
{
    printf '%s\n' "$*"
}

warn()
{
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
    warn "$*"
    exit 1
}

# run_logged LOG COMMAND...: runs a command with its output in LOG, which is shown only if the command fails.
run_logged()
{
    local log=$1 status=0

    shift
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if ((status)); then
        warn "'$*' failed with status $status; the end of $log:"
        tail -n 60 "$log" >&2
    fi
    return "$status"
}

# Packages.

# Prints those of the named packages that are not installed.
missing_packages()
{
    local package

    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || say "$package"
    done
}

# need_packages PACKAGE...: installs what is missing, or names it and fails if that is not possible.
need_packages()
{
    local -a missing as_root=()
    local log=$build_root/packages.log

    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        warn "no Debian packages here; see README.md for what is needed"
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0

    if [ "$(id -u)" != 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            die "please install the packages: ${missing[*]}"
        fi
        as_root=(sudo -n)
    fi
    mkdir -p "$build_root"
    say "Installing ${#missing[@]} packages: ${missing[*]}" >&2
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
    run_logged "$log" "${as_root[@]}" update || die "the list of packages could not be fetched"
    run_logged "$log" "${as_root[@]}" install -y --no-install-recommends "${missing[@]}" ||
        die "not all packages could be installed: ${missing[*]}"
}

# Wine.

# A path as Windows programs take it.
windows_path()
{
    local path

    path=$(realpath -m -- "$1")
    printf 'Z:%s\n' "${path//\//\\}"
}

# Selects a prefix for the Wine commands that follow. Wine's own messages appear only if WINEDEBUG asks for them.
wine_select()
{
    export WINEPREFIX=$1 WINEDLLPATH=$wine_dll_path WINEDEBUG=${WINEDEBUG:--all}
    # Nothing here shows a window, writes menu entries, or needs .NET or a browser.
    export WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d"
    unset DISPLAY WAYLAND_DISPLAY WINEARCH
    # In other locales Wine finds no Unix name for some of the names that Windows programs give to files.
    if [ "$(locale charmap 2>/dev/null)" != UTF-8 ]; then
        export LC_ALL=C.UTF-8
    fi
}

# Begins a session that lasts until wine_end. Without it Wine ends one whenever the last program ends, and a program
# that starts just then fails. What the service is to inherit must be set before.
wine_begin()
{
    wineserver -p
}

# Ends everything that runs in the selected prefix.
wine_end()
{
    [ -d "$WINEPREFIX" ] || return 0
    wineserver -k 2>/dev/null || true
    timeout 30 wineserver -w 2>/dev/null || true
}

# Removes the selected prefix and the directory of its server's socket, which Debian's Wine makes where temporary files
# go, and names in the file "wineserver" of the prefix.
wine_remove()
{
    local name

    wine_end
    if [ -r "$WINEPREFIX/wineserver" ]; then
        name=$(tr -d '\0\n' <"$WINEPREFIX/wineserver")
        if [[ $name =~ ^wine-[[:alnum:]]{6}$ ]]; then
            rm -rf "/tmp/$name" "${TMPDIR:-/tmp}/$name"
        fi
    fi
    rm -rf "$WINEPREFIX"
}

# The process of the selected prefix that has the Unix side of the service mapped.
service_pid()
{
    local dir

    for dir in /proc/[0-9]*; do
        if grep -qs '/dosvc\.so$' "$dir/maps" &&
                grep -qsxz "WINEPREFIX=$WINEPREFIX" "$dir/environ"; then
            say "${dir#/proc/}"
            return 0
        fi
    done
    return 1
}

# The test server.

server_pid=
server_http=
server_https=
server_ca=
server_kinds=(untrusted expired not_yet_valid wrong_name wrong_usage revoked client_certificate)
declare -A server_ports=()     # of the kinds, which speak TLS too
server_seed=7

# Starts the test server, with its files in work_dir, and reads what it tells: its ports, and the file with its
# certificate authority. It ends when its standard input is closed, which happens with this script at the latest.
server_start()
{
    local line word

    coproc server { exec "$testserver" --lifetime "${DOSVC_TEST_LIFETIME:-1800}" --ca "$work_dir/ca.pem"; }
    # shellcheck disable=SC2154 # coproc sets it
    server_pid=$server_PID
    server_input=${server[1]}
    IFS= read -r -t 30 line <&"${server[0]}" || die "the test server did not start"
    for word in $line; do
        case $word in
            http=*) server_http=${word#*=} ;;
            https=*) server_https=${word#*=} ;;
            https_*=*)
                word=${word#https_}
                server_ports[${word%%=*}]=${word#*=}
                ;;
            ca=*) server_ca=${word#*=} ;;
        esac
    done
    for word in "$server_http" "$server_https" "${server_kinds[@]/#/kind=}" "$server_ca"; do
        [[ $word != kind=* ]] || word=${server_ports[${word#kind=}]:-}
        [ -n "$word" ] || die "the test server told only '$line'"
    done
}

server_stop()
{
    [ -n "${server_pid:-}" ] || return 0
    exec {server_input}>&-
    wait "$server_pid" 2>/dev/null || true
    server_pid=
}

# server_url http|https PARAMETER...: a URL of generated content; see tests/server for the parameters.
server_url()
{
    local port=$server_http parameter url

    [ "$1" = http ] || port=$server_https
    url="$1://127.0.0.1:$port/data/file.bin?seed=$server_seed"
    shift
    for parameter in "$@"; do
        url+="&$parameter"
    done
    say "$url"
}

# server_sha256 SIZE: what the content of server_url with that size must have.
server_sha256()
{
    "$testserver" --sha256 "$1" "$server_seed"
}

# server_count requests|bytes_sent KEY: what the server has counted under a key.
server_count()
{
    local connection answer

    exec {connection}<>"/dev/tcp/127.0.0.1/$server_http"
    printf 'GET /control/stats?key=%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&"$connection"
    answer=$(timeout 20 cat <&"$connection")
    exec {connection}>&-
    [[ $answer =~ \"$1\":\ *([0-9]+) ]] || return 1
    say "${BASH_REMATCH[1]}"
}

# server_bytes_sent KEY: how many bytes of content went out under a key.
server_bytes_sent()
{
    server_count bytes_sent "$1"
}

file_sha256()
{
    local sum

    sum=$(sha256sum <"$1") || return 1
    say "${sum%% *}"
}

# Temporary directories and cleaning up.

# Makes work_dir and sees to it that it goes, with the server and the Wine session, when the script ends.
work_dir_create()
{
    work_dir=$(mktemp -d "${TMPDIR:-/tmp}/dosvc-XXXXXX")
    trap work_dir_remove EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

work_dir_remove()
{
    local status=$?

    trap '' INT TERM HUP
    server_stop
    if [ "${WINEPREFIX:-}" = "$work_dir/prefix" ]; then
        wine_remove
    fi
    if mountpoint -q "$work_dir/full"; then
        umount "$work_dir/full"
    fi
    rm -rf "$work_dir"
    exit "$status"
}

# expect MESSAGE COMMAND...: counts in $passed and $failed, which are the caller's, whether the command succeeds. How a
# program ended that says nothing itself is told, too.
expect()
{
    local message=$1 status=0

    shift
    "$@" || status=$?
    if ((status == 0)); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        warn "failed: $message (status $status)"
    fi
}
