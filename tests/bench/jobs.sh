#!/bin/bash
# What many suspended jobs cost: tests/bench/jobs.sh BENCH.EXE RESULT.json. Runs inside tools/session.
# Copyright 2026 the dosvc authors
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/lib.sh"

program=$1
result=$2
finds=2000
tick_us=$((1000000 / $(getconf CLK_TCK)))
row='%8s %9s %9s %9s %9s %10s %9s %10s %8s %9s\n'
idle_seconds=5
jobs=0
json=

# ask COMMAND...: sends a line to the client and puts its answer, without the command, into $answer.
ask()
{
    printf '%s\n' "$*" >&"$client_input"
    IFS= read -r -t 600 answer <&"$client_output" || answer="no answer"
    answer=${answer%$'\r'}
    if [[ $answer != "$1"* ]]; then
        exec {client_input}>&-
        timeout 20 cat <&"$client_output" >&2 || true   # what Wine has to say about a client that crashed
        die "$*: $answer"
    fi
    answer=${answer#"$1"}
    answer=${answer# }
}

# The kB of the service in memory.
service_memory()
{
    awk '/^VmRSS:/ { print $2 }' "/proc/$(service_pid)/status"
}

# The clock ticks that the service has used of a processor. Unlike times they tell little of who else is busy.
service_ticks()
{
    awk '{ print $14 + $15 }' "/proc/$(service_pid)/stat"
}

# per NUMBER COUNT [SCALE]: a quotient with two digits.
per()
{
    awk -v a="$1" -v n="$2" -v s="${3:-1}" 'BEGIN { printf "%.2f", a * s / n }'
}

# measure TOTAL: makes as many more jobs as are missing, and measures with them.
measure()
{
    local total=$1 more=$(($1 - jobs)) create create_cpu enumerate find find_cpu memory memory_restarted start
    local before idle ticks

    before=$(service_memory)
    ticks=$(service_ticks)
    ask create "$more" 1 "$(windows_path "$DOSVC_TEST_WORK")"
    create=$(per "$answer" "$more" 1000)
    create_cpu=$(per $(($(service_ticks) - ticks)) "$more" "$tick_us")
    memory=$(per $(($(service_memory) - before)) "$more")
    jobs=$total
    ticks=$(service_ticks)
    ask find "$finds"
    find=$(per "$answer" "$finds")
    find_cpu=$(per $(($(service_ticks) - ticks)) "$finds" "$tick_us")
    ask enumerate
    [ "${answer#* }" = "$total" ] || die "there are ${answer#* } jobs instead of $total"
    enumerate=$(per "${answer% *}" "$total" 1000)

    ask stop
    ask start
    start=$answer
    memory_restarted=$(per $(($(service_memory) - memory_empty)) "$total")
    before=$(service_ticks)
    sleep "$idle_seconds"
    idle=$(($(service_ticks) - before))

    # shellcheck disable=SC2059 # the format is ours
    printf "$row" "$total" "$create" "$create_cpu" "$find" "$find_cpu" "$enumerate" "$memory" "$memory_restarted" \
        "$start" "$idle"
    json+=$(printf '{"jobs": %d, "create_us": %s, "create_cpu_us": %s, "find_us": %s, "find_cpu_us": %s, ' "$total" \
        "$create" "$create_cpu" "$find" "$find_cpu")
    json+=$(printf '"enumerate_us": %s, "memory_kib": %s, "memory_restarted_kib": %s, ' "$enumerate" "$memory" \
        "$memory_restarted")
    json+=$(printf '"restart_ms": %s, "idle_ticks": %s},' "$start" "$idle")
}

coproc client { exec wine "$program" 2>"$DOSVC_TEST_WORK/client.log"; }
exec {client_output}<&"${client[0]}" {client_input}>&"${client[1]}"
eval "exec ${client[1]}>&-"

# Once, so that what is loaded only with the first job does not count.
ask create 10 4 "$(windows_path "$DOSVC_TEST_WORK")"
ask cancel 4
ask stop
ask start
memory_empty=$(service_memory)

# shellcheck disable=SC2059 # the format is ours
printf "$row" "" create "its CPU" find "its CPU" enumerate memory restarted restart idle
# shellcheck disable=SC2059
printf "$row" jobs us/job us/job us/job us/job us/job KiB/job KiB/job ms "ticks/${idle_seconds}s"
for total in ${BENCH_JOBS:-1000 10000}; do
    measure "$total"
done
ask cancel 8
cancel=$(per "$answer" "$jobs" 1000)
ask create 1000 8 "$(windows_path "$DOSVC_TEST_WORK")"
create=$(per "$answer" 1000 1000)
ask cancel 8
say "With 8 clients: create $create us/job, cancel $cancel us/job."
printf '{"suspended": [%s], "create_8_clients_us": %s, "cancel_8_clients_us": %s}\n' "${json%,}" "$create" "$cancel" \
    >"$result"
say "Written to $result."
