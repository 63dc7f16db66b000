#!/bin/sh
# Tests of doadmin: exit statuses and output.
#
# Copyright 2026 the dosvc authors
#
# This library is free software; you can redistribute it and/or
# modify it under the terms of the GNU Lesser General Public
# License as published by the Free Software Foundation; either
# version 2.1 of the License, or (at your option) any later version.
#
# This library is distributed in the hope that it will be useful,
# but WITHOUT ANY WARRANTY; without even the implied warranty of
# MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
# Lesser General Public License for more details.
#
# You should have received a copy of the GNU Lesser General Public
# License along with this library; if not, write to the Free Software
# Foundation, Inc., 51 Franklin St, Fifth Floor, Boston, MA 02110-1301, USA
#
# Environment:
#   DOADMIN    the command, such as "wine /build/doadmin.exe", split at spaces; or only the path of
#              doadmin.exe, which is then run by wine
#   TEST_HTTP  base URL of the test server, such as http://127.0.0.1:40000. It may come from
#              DOSVC_TEST_HTTP, the server's host:port. Without it, downloads are not tested.
#   TEST_TIME  seconds that one run may take, 60
# If the service is not registered, what doadmin says then is tested instead of all that needs it.

: "${DOADMIN:?is not set}"
case $DOADMIN in
    *' '*) ;;
    *.exe) DOADMIN="wine $DOADMIN" ;;
esac
if [ -z "${TEST_HTTP:-}" ] && [ -n "${DOSVC_TEST_HTTP:-}" ]
then
    TEST_HTTP=http://$DOSVC_TEST_HTTP
fi
TEST_HTTP=${TEST_HTTP:-}
TEST_HTTP=${TEST_HTTP%/}
limit=${TEST_TIME:-60}
tests=0
failures=0
skipped=0
mark=test$$                     # in the names of the jobs of these tests

# SHA-256 of the first 100000 bytes that the test server generates from seed 7.
content_sha=bb00366dcd822120ca26d86f151c7274fbf617ff964a922039a58c542c27752f

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 1

# run ARGUMENT...: runs doadmin; sets status and fills out and err.
run()
{
    command="doadmin $*"
    # shellcheck disable=SC2086
    timeout -k 5 "$limit" $DOADMIN "$@" >out 2>err </dev/null
    status=$?
}

# Changes the registry in the same prefix.
reg_command()
{
    # shellcheck disable=SC2086
    timeout -k 5 "$limit" ${DOADMIN%% *} reg "$@" >/dev/null 2>&1 </dev/null || fail "reg $* failed"
}

fail()
{
    failures=$((failures + 1))
    printf '%s\n' "doadmin.sh: Test failed: $command: $*"
}

expect_status()
{
    tests=$((tests + 1))
    [ "$status" -eq "$1" ] || fail "got exit status $status, expected $1: $(cat err)"
}

# expect_line FILE PATTERN: a line of FILE matches an extended regular expression.
expect_line()
{
    tests=$((tests + 1))
    grep -Eq -- "$2" "$1" || fail "no line of $1 matches '$2': $(cat "$1")"
}

expect_empty()
{
    tests=$((tests + 1))
    [ ! -s "$1" ] || fail "$1 is not empty: $(cat "$1")"
}

# expect_error STATUS PATTERN: the run failed with one line on standard error.
expect_error()
{
    expect_status "$1"
    tests=$((tests + 1))
    [ "$(wc -l <err)" -eq 1 ] || fail "expected one line on standard error: $(cat err)"
    expect_line err "^doadmin: $2"
}

expect_sha()
{
    tests=$((tests + 1))
    found=$(sha256sum <"$1") || found=none
    [ "${found%% *}" = "$2" ] || fail "$1 has SHA-256 ${found%% *}, not $2"
}

# expect_same FILE: FILE equals the standard input.
expect_same()
{
    tests=$((tests + 1))
    cmp -s - "$1" || fail "$1 is not what it should be"
}

# No job of these tests is left. Others may be there.
expect_empty_list()
{
    tests=$((tests + 1))
    [ "$status" -eq 0 ] && ! grep -q "\"name\": \".*$mark" out || fail "a job is left: $(cat out)"
}

# Nothing but the two files of run() and those named is in the directory.
expect_only()
{
    tests=$((tests + 1))
    left=$(ls -A)
    wanted=$(printf '%s\n' out err "$@" | LC_ALL=C sort)
    [ "$(printf '%s\n' "$left" | LC_ALL=C sort)" = "$wanted" ] || fail "unexpected files:" $left
}

test_help()
{
    run --help
    expect_status 0
    expect_empty err
    expect_line out '^Usage: doadmin COMMAND'
    expect_line out '^Exit status: 0 '
    for name in get list show suspend resume complete cancel
    do
        run --help
        expect_line out "^  $name "
        run "$name" --help
        expect_status 0
        expect_empty err
        expect_line out "^Usage: doadmin $name "
    done
    run --version
    expect_status 0
    expect_line out '^doadmin \(dosvc\) [0-9]'
    run get -h
    expect_status 0
    expect_line out '--range OFFSET:LENGTH'
}

test_usage()
{
    run
    expect_error 2 "no command is given; see 'doadmin --help'"
    expect_empty out
    run bogus
    expect_error 2 "unknown command 'bogus'"
    run --bogus
    expect_error 2 "unknown option '--bogus'"
    run list --foreground
    expect_error 2 "list: unknown option '--foreground'"
    run list superfluous
    expect_error 2 "list: 'superfluous' is one argument too many"
    run list --json=1
    expect_error 2 "--json takes no value"
    run get
    expect_error 2 "get: URL is missing; see 'doadmin get --help'"
    run get ''
    expect_error 2 'get: URL is empty'
    run get http://127.0.0.1/a http://127.0.0.1/b
    expect_error 2 "get: 'http://127.0.0.1/b' is one argument too many"
    run get http://127.0.0.1/ -o
    expect_error 2 '--output needs a value'
    run get http://127.0.0.1/ -o -
    expect_error 2 '--output cannot be standard output'
    run get http://127.0.0.1/ -oa --output=b
    expect_error 2 '--output is given twice'
    for range in x 1 1:x :1 -1:1 5:5x 99999999999999999999:1
    do
        run get "--range=$range" http://127.0.0.1/
        expect_error 2 "--range '$range' is not of the form OFFSET:LENGTH"
    done
    run get --range 5:0 http://127.0.0.1/
    expect_error 2 "--range '5:0' is empty"
    run get --range 18446744073709551615:2 http://127.0.0.1/
    expect_error 2 "--range '18446744073709551615:2' ends beyond the largest offset"
    for id in x '{' '' 12345678-12345 00000000-0000-0000-0000-000000000000} \
        '{00000000-0000-0000-0000-0000000000000'
    do
        run show "$id"
        expect_error 2 "show: '.*' is not the identifier of a job"
    done
    run cancel
    expect_error 2 'cancel: ID is missing'
    expect_only
}

test_not_registered()
{
    for arguments in list 'show 0' 'cancel 00000000-0000-0000-0000-000000000000' 'get http://127.0.0.1/a'
    do
        # shellcheck disable=SC2086
        run $arguments
        expect_error 1 '.*is not registered; register it with .*dosvc.dll.*\(0x80040154, REGDB_E_CLASSNOTREG\)$'
    done
    expect_only
}

test_jobs()
{
    run list
    expect_status 0
    expect_empty err
    expect_line out '^ID +STATE +TRANSFERRED +NAME$'
    run list --json
    expect_status 0
    expect_empty err
    for name in show suspend resume complete cancel
    do
        run "$name" '{00000000-0000-0000-0000-000000000000}'
        expect_error 1 '\{0+-0+-0+-0+-0+\}: .*\(0x80d02003, DO_E_JOB_NOT_FOUND\)$'
    done
    run show 00000000-0000-0000-0000-00000000000
    expect_error 1 '0.*: there is no such job \(0x80d02003, DO_E_JOB_NOT_FOUND\)$|0.*\(0x80d02003, '
}

test_refused()
{
    for url in ftp://127.0.0.1/a file:///c:/a nonsense
    do
        run get -o x "$url"
        expect_error 1 '.*\(0x[0-9a-f]{8}, [A-Z_]+\)$'
        expect_only
    done
    # What can be secret in a URL is not shown.
    run get -o x "ftp://user:password@127.0.0.1/a?token=1#part"
    expect_error 1 'ftp://127.0.0.1/a: '
    run get -o none/x http://127.0.0.1/a
    expect_error 1 '.*none.x: .*\(0x80070003, ERROR_PATH_NOT_FOUND\)$'
    run get -o x --range 5:5 --range 7:1 http://127.0.0.1/a
    expect_error 1 '.*\(0x80d05012, DO_E_OVERLAPPING_RANGES\)$'
    expect_only
}

test_get()
{
    run get "$TEST_HTTP/data/a%20$mark.bin?size=100000&seed=7"
    expect_status 0
    expect_empty err
    expect_line out '^100%  97\.7 KiB of 97\.7 KiB'
    expect_line out "a $mark\\.bin: 97\.7 KiB in "
    expect_only "a $mark.bin"
    expect_sha "a $mark.bin" "$content_sha"

    # A relative name is relative to here, a directory may be named, and an existing file is replaced.
    mkdir sub
    for name in sub sub/ 'sub\' sub/a.bin
    do
        echo old >sub/a.bin
        run get --foreground -o "$name" "$TEST_HTTP/data/a.bin?size=100000&seed=7"
        expect_status 0
        expect_sha sub/a.bin "$content_sha"
    done

    run get -o part "$TEST_HTTP/data/$mark?size=100000&seed=7" --range 10:5 --range=100:1 --range 99990:
    expect_status 0
    {
        tail -c +11 "a $mark.bin" | head -c 5
        tail -c +101 "a $mark.bin" | head -c 1
        tail -c 10 "a $mark.bin"
    } >expected
    expect_same part <expected
    rm -rf "a $mark.bin" part expected sub
}

# check_hash SIZE: what the program makes of a file is what the server, which has code of its own for that, says of it,
# and what a download is checked against, which fails if it is not right.
check_hash()
{
    url=$TEST_HTTP/data/h.bin?size=$1
    run download --phf "$url&pieces=1048576" -o h.bin "$url"
    expect_status 0
    run hash --phf http://host/h.bin.phf h.bin
    expect_status 0
    expect_line out '"PiecesHashFileUrl": "http://host/h.bin.phf"'
    expect_line out '"HashOfHashes": "[A-Za-z0-9+/]{43}="'
    run get -o theirs "$url&pieces=1048576"
    expect_status 0
    expect_same h.bin.phf <theirs
}

test_hash()
{
    for size in $(awk 'BEGIN { srand(7); for (i = 0; i < 95; i++) print int(rand() * 4000000) }')
    do
        check_hash "$size"
    done
    for size in 0 1 1048575 1048576 1048577 5000001
    do
        check_hash "$size"
        run verify h.bin theirs
        expect_status 0
        expect_line out ': [0-9]+ pieces, all good'
    done
    printf x | dd of=h.bin bs=1 seek=3000000 conv=notrunc 2>dd.log
    run verify h.bin h.bin.phf
    expect_error 1 '.*piece 2 does not match its hash'
    : >empty
    run verify empty h.bin.phf
    expect_error 1 '.*its length is not that of the piece hash file'
    run verify h.bin h.bin
    expect_error 1 '.*DO_E_METAINFO_CONTENT'
    run hash missing
    expect_error 1 '.*missing'
    run verify h.bin
    expect_error 2 'verify: PHF is missing'

    # A server whose piece is wrong, and one without hashes.
    url=$TEST_HTTP/data/h.bin?size=5000001
    run get --phf "$url&pieces=1048576" -o bad "$url&flip=3000000"
    expect_status 1
    expect_line err 'DO_E_BAD_PIECE_HASH'
    run get --phf "$url&status=403" -o bad "$url"
    expect_status 1
    expect_line err 'DO_E_INTEGRITYCHECKINFO_UNAVAILABLE'
    rm -f h.bin h.bin.phf theirs empty dd.log
    expect_only
}

test_get_fails()
{
    echo old >x
    for answer in 403,FORBIDDEN 404,NOT_FOUND 410,GONE
    do
        code=$(printf '0x%08x' $((0x80190000 + ${answer%,*})))
        run get -o x "$TEST_HTTP/data/$mark?status=${answer%,*}&secret=1"
        expect_error 1 "$TEST_HTTP/data/$mark: .+ \\($code, HTTP_E_STATUS_${answer#*,}\\)\$"
    done
    tests=$((tests + 1))
    [ "$(cat x)" = old ] || fail "the old file is gone"
    rm -f x

    run get -o retried "$TEST_HTTP/data/$mark?size=100000&seed=7&fail=1&retry_after=1&key=retried"
    expect_status 0
    expect_sha retried "$content_sha"
    rm -f retried
    run list --json
    expect_empty_list
    expect_only
}

# A download that waits for the server is seen and ended by other processes.
test_cancel()
{
    url=$TEST_HTTP/data/$mark?size=1000\&hold=$mark\&key=$mark
    # shellcheck disable=SC2086
    timeout -k 5 "$limit" $DOADMIN get -o held "$url" >held.out 2>held.err </dev/null &
    pid=$!
    run get -o waited "$TEST_HTTP/control/wait?key=$mark&requests=1&timeout_ms=20000"
    expect_status 0
    run list --json
    expect_status 0
    id=$(grep -B 1 "^    \"name\": \"$mark\",\$" out | sed -n 's/^    "id": "{\(.*\)}",$/\1/p')
    run show "$id"
    expect_status 0
    expect_line out "^ID +\\{$id\\}\$"
    expect_line out "^Name +$mark\$"
    expect_line out "^URL +$TEST_HTTP/data/$mark\\?size=1000&hold=$mark&key=$mark\$"
    expect_line out '^File .*\\held$'
    run show --json "${id%??????}"
    expect_status 0
    expect_line out '^  "error": null,$'
    expect_line out '^      "ranges": \[\]$'
    run suspend "{$id"
    expect_status 0
    run show "{$id}"
    expect_line out '^State +suspended$'
    run resume "${id%-*}"
    expect_status 0
    run cancel "$id"
    expect_status 0
    expect_line out "^\\{$id\\}: cancelled\$"
    wait "$pid"
    status=$?
    mv held.out out
    mv held.err err
    command='doadmin get -o held'
    expect_error 3 '.*: cancelled \(0x800704c7, ERROR_CANCELLED\)$'
    rm -f waited
    expect_only
    run list --json
    expect_empty_list
}

# A job that is made, filled, changed, started, watched and ended by separate commands.
test_build()
{
    run create --foreground "built $mark"
    expect_status 0
    id=$(tr -d '\r' <out)
    run add "$id" -o built.bin --file-id content-7 --size 100000 "$TEST_HTTP/data/$mark?size=100000&seed=7"
    expect_status 0
    run set "$id" priority=high description="a text" retry-delay=0x10 no-progress-timeout=600 notify-flags=3
    expect_status 0
    run show "$id"
    expect_line out '^Priority +high$'
    expect_line out '^Bytes +0 of 100000$'
    run set "$id" priority=urgent
    expect_error 1 'priority: .*\(0x80070057, E_INVALIDARG\)$'
    run set "$id" retry-delay=soon
    expect_error 1 'retry-delay: .*\(0x80070057, E_INVALIDARG\)$'
    # The service refuses a password that it would have to store; nobody is to see it for that.
    run set "$id" proxy=http://user:secret@host:1
    expect_error 1 'proxy: .*\(0x80070057, E_INVALIDARG\)$'
    tests=$((tests + 1))
    ! grep -q secret err || fail "the password is shown: $(cat err)"
    run set "$id" name=new colour=red
    expect_error 2 "set: 'colour=red' is not a property"
    run show "$id"
    expect_line out "^Name +built $mark\$"
    run wait "$id"
    expect_status 1
    expect_line out ': suspended$'
    run monitor "$id"
    expect_status 0
    expect_line out '^ID +STATE +DONE +BYTES +RATE +LEFT +FILES +NAME$'
    expect_line out "suspended +0% +0 B +0/1 +built $mark\$"
    run resume "$id"
    expect_status 0
    run wait --timeout 20 "$id"
    expect_status 0
    expect_line out "^\\$id: transferred\$"
    run stats "$id"
    expect_status 0
    expect_line out '^FileId +: content-7$'
    expect_line out '^FileSize +: 100000$'
    expect_line out '^BytesFromHttp +: 100000$'
    expect_line out '^Status +: Complete$'
    expect_line out '^Priority +: Background$'
    expect_line out "^SourceURL +: $TEST_HTTP/data/$mark"
    run stats --json "$id"
    expect_line out '^    "TotalBytesDownloaded": 100000,$'
    run perfsnap
    expect_status 0
    expect_line out '^FilesDownloaded +: [1-9][0-9]*$'
    expect_line out '^AvailableDiskBytes +: [1-9][0-9]+$'
    run perfsnap --json
    expect_line out '^  "DownloadMode": "Simple",$'
    run complete "$id"
    expect_status 0
    expect_sha built.bin "$content_sha"
    rm -f built.bin
    run wait
    expect_status 0
}

test_build_fails()
{
    run create "failing $mark"
    id=$(tr -d '\r' <out)
    run add "$id" -o failing.bin ftp://127.0.0.1/a
    expect_error 1 '.*\(0x80070057, E_INVALIDARG\)$'
    run resume "$id"
    expect_error 1 '.*\(0x80d02004, DO_E_JOB_EMPTY\)$'
    run add "$id" -o failing.bin "$TEST_HTTP/data/$mark?status=404"
    expect_status 0
    run resume "$id"
    expect_status 0
    run wait "$id" --timeout 20
    expect_error 1 '\{.*\}: .*\(0x80190194, HTTP_E_STATUS_NOT_FOUND\)$'
    run cancel "$id"
    expect_status 0
    run wait "$id"
    expect_error 1 '.*\(0x80d02003, DO_E_JOB_NOT_FOUND\)$'
    run create
    expect_error 2 'create: NAME is missing'
    run add "$id"
    expect_error 2 'add: URL is missing'
    run add "$id" --size x "$TEST_HTTP/a"
    expect_error 2 "--size 'x' is not a number"
    run monitor --interval 0
    expect_error 2 '--interval must not be 0'
    run wait x
    expect_error 2 "wait: 'x' is not the identifier of a job"
    expect_only
}

# hold_job NAME: a job that waits for the server; sets id, returns when it is under way.
hold_job()
{
    run create "$1 $mark"
    expect_status 0
    id=$(cat out)
    run add "$id" -o held.bin "$TEST_HTTP/data/$mark?size=1000&hold=$1$mark&key=$1$mark"
    expect_status 0
    run resume "$id"
    expect_status 0
    run get -o waited "$TEST_HTTP/control/wait?key=$1$mark&requests=1&timeout_ms=20000"
    expect_status 0
    rm -f waited
}

# start ARGUMENT...: runs doadmin at the same time; finish sets what run sets.
start()
{
    background="doadmin $*"
    # shellcheck disable=SC2086
    timeout -k 5 "$limit" $DOADMIN "$@" >started.out 2>started.err </dev/null &
    pid=$!
}

finish()
{
    wait "$pid"
    status=$?
    command=$background
    mv started.out out
    mv started.err err
}

# Waits for the first line that the started doadmin writes to its output.
started()
{
    for _ in $(seq 100)
    do
        [ ! -s started.out ] || return 0
        sleep 0.1
    done
    fail "it writes nothing: $(cat started.err)"
}

# Jobs that end by another program while they are waited for or watched.
test_ended_elsewhere()
{
    hold_job watched
    start monitor "$id"
    started
    run cancel "$id"
    expect_status 0
    finish
    expect_status 0
    expect_empty err
    expect_line out "^[0-9A-F]{8}  cancelled .*  watched $mark\$"

    # A failure counts for more than a job that was cancelled, whichever is first.
    hold_job first
    first=$id
    run create "failing $mark"
    second=$(cat out)
    run add "$second" -o failing.bin "$TEST_HTTP/data/$mark?status=404"
    run resume "$second"
    run wait "$second"
    expect_status 1
    start wait
    run monitor --count 2 "$first"
    expect_status 0
    run cancel "$first"
    expect_status 0
    finish
    expect_status 1
    expect_line out "^\\$first: cancelled\$"
    expect_line err '\(0x80190194, HTTP_E_STATUS_NOT_FOUND\)$'
    run cancel "$second"
    expect_status 0

    # Without a failure the exit status tells of it, also when all jobs are waited for.
    hold_job alone
    start wait --timeout 18446744073709551615
    run monitor --count 2 "$id"
    run cancel "$id"
    finish
    expect_status 3
    expect_empty err
    expect_line out "^\\$id: cancelled\$"
    for name in watched first alone
    do
        run get -o released "$TEST_HTTP/control/release?key=$name$mark"
        rm -f released
    done
    expect_only
}

# The average is that of the files that are whole. No other jobs may be there.
test_average()
{
    run create "average $mark"
    id=$(cat out)
    run add "$id" -o whole.bin "$TEST_HTTP/data/$mark?size=1000"
    run add "$id" -o held.bin "$TEST_HTTP/data/$mark?size=1000&hold=average$mark&hold_at=500&key=average$mark"
    run resume "$id"
    for _ in $(seq 100)
    do
        run show "$id"
        ! grep -q '^Files *1 of 2' out || break
    done
    expect_line out '^Files +1 of 2'
    run perfsnap
    expect_status 0
    expect_line out '^FilesDownloaded +: 1$'
    expect_line out '^Files +: 2$'
    expect_line out '^AverageDownloadSize +: 1000$'
    run cancel "$id"
    expect_status 0
    run get -o released "$TEST_HTTP/control/release?key=average$mark"
    rm -f released
    expect_only
}

# policy_line PATTERN: runs doadmin policy until a line matches, since the service hears of a change a moment later.
policy_line()
{
    for attempt in $(seq 50)
    do
        run policy
        ! grep -Eq -- "$1" out || break
    done
    expect_status 0
    expect_line out "$1"
}

test_policy()
{
    key='HKLM\SOFTWARE\Policies\Microsoft\Windows\DeliveryOptimization'
    run policy
    expect_status 0
    expect_line out '^POLICY +SET BY +VALUE$'
    expect_line out '^DODownloadMode +default +1$'
    expect_line out '^DOMaxBackgroundDownloadBandwidth +default +0 KB/s$'
    expect_line out '^SetHoursToLimitForegroundDownloadBandwidthFrom +default +0 h$'
    expect_line out '^DOCacheHost +default +not set$'
    expect_line out '^DOVpnKeywords +default +"VPN,Secure,Virtual Private Network"$'
    reg_command add "$key" /v DOMaxBackgroundDownloadBandwidth /t REG_DWORD /d 5000000 /f
    policy_line '^DOMaxBackgroundDownloadBandwidth +Group Policy +5000000 KB/s$'
    reg_command add "$key" /v DOCacheHost /t REG_SZ /d '' /f
    policy_line '^DOCacheHost +Group Policy +""$'
    run policy --json
    expect_status 0
    expect_line out '^    "name": "DOCacheHost",$'
    expect_line out '^    "value": "",$'
    expect_line out '^    "value": 5000000,$'
    expect_line out '^    "unit": "KB/s",$'
    expect_line out '^    "unit": null,$'
    expect_line out '^    "source": "Group Policy"$'
    expect_line out '^    "source": "default"$'
    reg_command delete "$key" /f
    policy_line '^DOMaxBackgroundDownloadBandwidth +default +0 KB/s$'
    expect_line out '^DOCacheHost +default +not set$'
    run policy more
    expect_error 2 'policy: .*'
    expect_only
}

# The table is as wide as the terminal.
test_narrow()
{
    run create "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 $mark"
    id=$(cat out)
    run monitor "$id"
    expect_status 0
    expect_line out '  FILES    NAME$'
    for width in 80 50 20
    do
        command="doadmin monitor on $width columns"
        timeout -k 5 "$limit" script -qec "stty cols $width rows 24; $DOADMIN monitor $id" /dev/null \
            >typescript </dev/null
        status=$?
        tr -d '\r' <typescript >out
        rm -f typescript
        expect_status 0
        case $width in
            80) expect_line out '  LEFT  NAME$'; expect_line out '  漢字漢字漢$' ;;
            50) expect_line out '  DONE  NAME$'; expect_line out '100%  漢字漢字漢字漢字$' ;;
            20) expect_line out 'ID        STATE$'; expect_line out '^[0-9A-F]{8}  suspended$' ;;
        esac
    done
    run cancel "$id"
    expect_status 0
    expect_only
}

# A table that is renewed, and a wait that is too short.
test_watch()
{
    run create "held $mark"
    id=$(tr -d '\r' <out)
    run add "$id" -o held.bin "$TEST_HTTP/data/$mark?size=1000&hold=watch$mark"
    run resume "$id"
    run monitor --count 2 --interval 1 "$id"
    expect_status 0
    tests=$((tests + 1))
    [ "$(grep -c '^ID ' out)" -eq 2 ] || fail "expected two tables: $(cat out)"
    run wait --timeout 1 "$id"
    expect_error 1 '.*the time is up'
    run cancel "$id"
    expect_status 0
    run get -o released "$TEST_HTTP/control/release?key=watch$mark"
    rm -f released
    expect_only
}

# The newer interface, with the options that its properties offer.
test_download()
{
    url="$TEST_HTTP/data/$mark?size=100000&seed=7"
    run download -o new.bin --foreground --name text --content-id id --header 'X-A: 1' --size 100000 \
        --cost-policy always --no-progress-timeout 120 "$url"
    expect_status 0
    expect_sha new.bin "$content_sha"
    run download -o new.bin --range 10:5 --range 99990: "$url"
    expect_status 0
    tests=$((tests + 1))
    [ "$(wc -c <new.bin)" -eq 15 ] || fail "expected 15 bytes"
    rm -f new.bin
    run download --stream "$url"
    expect_status 0
    expect_sha out "$content_sha"
    expect_line err '^100% '
    run enum
    expect_status 0
    expect_line out '^ID +STATE +TRANSFERRED +URL$'
    expect_only
}

test_download_fails()
{
    url="$TEST_HTTP/data/$mark?status=404"
    run download -o new.bin "$url"
    expect_error 1 "$TEST_HTTP/data/$mark: .*\\(0x80190194, HTTP_E_STATUS_NOT_FOUND\\)\$"
    run download -o new.bin ftp://127.0.0.1/a
    expect_error 1 '.*\(0x800c0002, INET_E_INVALID_URL\)$'
    run download -o new.bin --cost-policy cheap "$url"
    expect_error 1 '.*\(0x80070057, E_INVALIDARG\)$'
    run download -o new.bin --ignore unknown-ca,everything "$url"
    expect_error 1 '.*\(0x80070057, E_INVALIDARG\)$'
    run download -o new.bin --no-progress-timeout 5 "$url"
    expect_error 1 '.*\(0x80070057, E_INVALIDARG\)$'
    expect_only
}

# A download that waits for the server is seen by another process.
test_enum()
{
    url=$TEST_HTTP/data/$mark?size=1000\&hold=enum$mark\&key=enum$mark
    # shellcheck disable=SC2086
    timeout -k 5 "$limit" $DOADMIN download -o held --name "held $mark" "$url" >held.out 2>held.err </dev/null &
    pid=$!
    run get -o waited "$TEST_HTTP/control/wait?key=enum$mark&requests=1&timeout_ms=20000"
    run enum --name "held $mark"
    expect_status 0
    expect_line out "^\\{.*\\} +transferring +0 B of .* $TEST_HTTP/data/$mark"
    run enum --uri "$url" --json
    expect_line out "^    \"name\": \"held $mark\""
    run get -o released "$TEST_HTTP/control/release?key=enum$mark"
    wait "$pid"
    status=$?
    expect_status 0
    run enum --name "held $mark"
    tests=$((tests + 1))
    [ "$(wc -l <out)" -eq 1 ] || fail "the download is still there: $(cat out)"
    rm -f held held.out held.err waited released
    expect_only
}

test_help
test_usage
run list
if grep -q REGDB_E_CLASSNOTREG err
then
    test_not_registered
    skipped=1
else
    test_jobs
    test_refused
    case $DOADMIN in
        wine*) test_policy ;;
        *) skipped=$((skipped + 1)) ;;
    esac
    if [ -n "$TEST_HTTP" ]
    then
        test_get
        test_hash
        test_get_fails
        test_cancel
        test_build
        test_build_fails
        test_watch
        test_download
        test_download_fails
        test_enum
        test_ended_elsewhere
        test_average
        if command -v script >/dev/null
        then
            test_narrow
        else
            skipped=$((skipped + 1))
        fi
    else
        skipped=1
    fi
fi

passed=$((tests - failures))
echo "doadmin: $tests tests executed, $failures failures; $passed passed, $failures failed, $skipped skipped"
[ "$failures" -eq 0 ]
